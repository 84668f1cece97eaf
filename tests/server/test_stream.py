"""What a stream is asked to be, and when its pieces are due, without a server."""

from __future__ import annotations

import json
from hashlib import shake_256
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench_server import calls, latency, options, pieces, schedule, stream
from waitbench_server.parameters import combined
from waitbench_server.plan import Plan
from waitbench_server.problem import Problem
from waitbench_server.stream import Break, Stream
from waitbench_server.units import MS, S

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = "tokens(first=300ms, gap='lognormal(p50=20ms,p99=80ms)', count=200, size=12)"
WHOLE = Break()


def moments(text: str, broken: Break = WHOLE, start: int = 7, begun_ns: int = 0) -> list[int]:
    return list(schedule.moments(stream.parse(text), broken, start, begun_ns))


def test_a_stream_is_read_with_any_distribution_and_written_back() -> None:
    read = stream.parse(TOKENS)
    assert read == Stream(
        first=latency.parse("300ms"),
        gap=latency.parse("lognormal(p50=20ms,p99=80ms)"),
        count=200,
        size=12,
    )
    assert stream.parse(str(read)) == read
    assert stream.parse("tokens()") == Stream(
        first=latency.parse("0"), gap=latency.parse("20ms"), count=100, size=12
    )
    # Quotes are needed where a comma or a colon stands outside of brackets, and nowhere else.
    assert stream.parse("tokens(0, uniform(1ms,3ms), 5, 1k)") == Stream(
        first=latency.parse("0"), gap=latency.parse("uniform(1ms,3ms)"), count=5, size=1024
    )
    mixed = stream.parse("tokens(gap='5ms:90,200ms:10', count=3)")
    assert mixed.gap == latency.parse("5ms:90,200ms:10")
    assert mixed.mean_ns == 2 * 24.5 * MS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bytes()", "tokens("),
        ("tokens(first=300)", "first: '300' is not a duration"),
        ("tokens(gap=fast(1ms))", "gap: there is no distribution 'fast'"),
        ("tokens(gap=file:x)", "gap: file:"),
        ("tokens(count=0)", "count is a whole number 1 to"),
        ("tokens(count=1_0)", "count is a whole number"),
        ("tokens(size=65k)", "size is 1 to 64k"),
        ("tokens(size=0)", "size is 1 to 64k"),
        ("tokens(speed=3)", "tokens takes first, gap, count, size, each once; not 'speed'"),
        ("tokens(count=3,count=4)", "each once"),
        ("tokens(0,0,1,1,1)", "and no more"),
        ("tokens(gap='1ms)", "without its other half"),
        ("tokens(gap=60s,count=100000)", "at most 3600 s"),
        (f"tokens({'x' * 3000})", "too long"),
    ],
)
def test_a_wrong_stream_is_refused_by_its_part(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        stream.parse(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("explode", "is not one of none, stall, cut"),
        ("cut", "cut also needs at"),
        ("stall(at=3)", "stall also needs for"),
        ("stall(at=3,for=ever)", "is not a duration"),
        ("cut(at=-1)", "at is a whole number 0 to"),
        ("burst(at=1,count=0)", "count is a whole number 1 to"),
        ("none(at=1)", "none takes nothing"),
        ("none:95,cut(at=5)", "needs a whole weight"),
        ("none:95,cut(at=5):x", "needs a whole weight"),
    ],
)
def test_a_wrong_break_is_refused_by_its_part(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        stream.parse_breaks(text)
    assert words in str(refused.value)


def test_breaks_are_mixed_by_their_weights() -> None:
    mixed = stream.parse_breaks("none:95,stall(at=5,for=2s):4,burst(2,3):1")
    assert mixed.last == 5
    assert mixed.pick(0.9) == WHOLE
    assert mixed.pick(0.96) == Break(kind="stall", at=5, for_ns=2 * S)
    assert mixed.pick(0.995) == Break(kind="burst", at=2, count=3)
    assert [str(choice) for choice in mixed.choices] == [
        "none",
        "stall(at=5,for=2s)",
        "burst(at=2,count=3)",
    ]


def test_moments_are_sums_of_gaps_without_drift() -> None:
    drawn = moments("tokens(first=300ms, gap=100us, count=10000)")
    assert drawn == [300 * MS + piece * MS // 10 for piece in range(10_000)]


def test_a_stall_moves_all_that_follows_and_a_burst_holds_pieces_back() -> None:
    text = "tokens(first=5ms, gap=1ms, count=6)"
    stalled = moments(text, Break(kind="stall", at=2, for_ns=100 * MS))
    assert stalled == [at * MS for at in (5, 6, 107, 108, 109, 110)]
    burst = moments(text, Break(kind="burst", at=1, count=3))
    assert burst == [at * MS for at in (5, 8, 8, 8, 9, 10)]
    beyond = moments(text, Break(kind="burst", at=4, count=9))
    assert beyond == [at * MS for at in (5, 6, 7, 8, 10, 10)]


def test_a_gap_that_stands_still_now_and_then_depends_on_the_moment() -> None:
    text = "tokens(first=1ms, gap='1ms, frozen 10ms every 20ms', count=12)"
    # It runs for 10 ms of every 20; the piece that would be due at 10 is due at 20.
    assert moments(text)[8:] == [at * MS for at in (9, 20, 21, 22)]
    assert moments(text, begun_ns=8 * MS)[:2] == [MS, 12 * MS]


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_the_same_start_gives_the_same_moments_and_another_gives_others(
    one: int, other: int
) -> None:
    text = "tokens(first=uniform(0,1s), gap=exponential(20ms), count=20)"
    drawn = moments(text, start=one)
    assert drawn == moments(text, start=one) == sorted(drawn)
    assert (drawn == moments(text, start=other)) == (one == other)


def test_the_text_of_a_piece_can_be_worked_out_by_anybody() -> None:
    assert pieces.text(7, 3, 12) == shake_256(b"7/3").hexdigest(6)
    assert pieces.text(7, 3, 11) == shake_256(b"7/3").hexdigest(6)[:11]


def test_what_was_sent_is_told_in_stretches_of_bounded_length() -> None:
    sent = pieces.Sent(number=7, received_ns=5, crc32=crc32(b"x"))
    sent.sent_ns, sent.late_ns = list(range(1_200)), [1] * 1_200
    *tables, last = pieces.Lines(number=7, size=12).end(sent)
    read = [json.loads(table)["sent"] for table in tables]
    assert [table["from"] for table in read] == [0, 500, 1_000]
    assert [ns for table in read for ns in table["sent_ns"]] == sent.sent_ns
    assert sum(len(table["late_ns"]) for table in read) == 1_200
    assert json.loads(last)["end"] == {
        "stream": 7,
        "pieces": 1_200,
        "crc32": crc32(b"x"),
        "received_ns": 5,
        "unread": 0,
    }
    assert b"Sent-Ns" not in pieces.Plain(number=7, size=12).trailers(sent)
    sent.sent_ns = sent.sent_ns[:700]
    assert pieces.Plain(number=7, size=12).trailers(sent).count(b"X-Stream-Sent-Ns: ") == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"stream": "tokens(first=x)"}, "stream: first"),
        ({"format": "sse"}, "format: there is no stream"),
        ({"midstream": "cut(at=1)"}, "midstream: there is no stream"),
        ({"stream": "tokens()", "format": "xml"}, "format: 'xml' is not one of raw, sse, ndjson"),
        ({"stream": "tokens()", "framing": "x"}, "framing: 'x' is not one of chunked, close"),
        ({"stream": "tokens()", "size": "1k"}, "size: a stream has no body"),
        ({"stream": "tokens()", "encoding": "gzip"}, "encoding: a stream has no body"),
        ({"stream": "tokens()", "fault": "close"}, "fault: a stream is closed"),
        ({"stream": "tokens(count=5)", "midstream": "cut(at=5)"}, "midstream: piece 5 lies beyond"),
        (
            {"stream": "tokens(count=5)", "midstream": "burst(at=3,count=3)"},
            "midstream: piece 5 lies beyond",
        ),
    ],
)
def test_contradictions_are_refused_by_their_part(given: dict[str, str], words: str) -> None:
    with pytest.raises(Problem) as refused:
        combined(Plan(), given)
    assert words in refused.value.line()
    assert "allowed: " in refused.value.line()


def test_a_request_may_do_without_the_stream_of_the_command_line() -> None:
    plan = options.parse(["--stream", "tokens(count=5)", "--format", "sse"]).defaults
    assert (plan.stream, plan.format) == (stream.parse("tokens(count=5)"), "sse")
    assert combined(plan, {"stream": "none"}).stream is None
    assert options.parse(["--stream", "none"]).defaults.stream is None


def test_only_the_command_line_may_read_gaps_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "gaps"
    path.write_text("5ms\n7ms\n")
    plan = options.parse(["--stream", f"tokens(gap=file:{path},count=2)"]).defaults
    assert plan.stream is not None
    assert plan.stream.gap.mean_ns == 6 * MS
    with pytest.raises(options.OptionError, match=r"--stream: gap: .*can not be read"):
        options.parse(["--stream", f"tokens(gap=file:{path}.no)"])


@given(st.text(alphabet="ab(),'\"=: ", max_size=30))
def test_any_text_is_split_or_refused_in_one_line(text: str) -> None:
    refused = None
    try:
        split = calls.parts(text)
    except ValueError as error:
        refused = str(error)
    if refused is None:
        assert ",".join(split).replace(" ", "") == text.replace(" ", "")
    else:
        assert "\n" not in refused
