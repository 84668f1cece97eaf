"""Streams as a task: what is checked of them, what a round comes to, and real ones."""

import json
import pickle
from collections.abc import Iterator, Sequence
from hashlib import shake_256
from importlib.util import find_spec
from typing import Any
from zlib import crc32

import pytest

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.services.target import Target
from waitbench.workloads import _stream_figures as stream_figures
from waitbench.workloads import stream
from waitbench.workloads._stream_clients import Heard

MS = 1_000_000
RECEIVED_NS = 1_000 * MS
CLIENTS = [
    ("sync", "requests"),
    ("sync", "urllib3"),
    ("asyncio", "aiohttp"),
    ("asyncio", "httpx"),
    ("asyncio", "httpx2"),
    ("asyncio", "pyreqwest"),
]


def text(number: int, piece: int) -> str:
    return shake_256(f"{number}/{piece}".encode()).hexdigest(6)


def heard(
    number: int = 7,
    seen_ms: Sequence[float] = (21, 41, 61),
    late_ms: Sequence[float] = (0, 0, 0),
    **end: Any,
) -> Heard:
    """Three pieces, due 20 ms after the request and each 20 ms after the one before it."""
    texts = [text(number, piece) for piece in range(3)]
    sent_ns = [round((20 * (piece + 1) + late) * MS) for piece, late in enumerate(late_ms)]
    table = {"from": 0, "sent_ns": sent_ns, "late_ns": [round(late * MS) for late in late_ms]}
    whole = {
        "pieces": 3,
        "crc32": crc32("".join(texts).encode()),
        "received_ns": RECEIVED_NS,
        **end,
    }
    events = [
        (RECEIVED_NS + round(seen * MS), f"id: {piece}\ndata: {texts[piece]}".encode())
        for piece, seen in enumerate(seen_ms)
    ]
    events.append((0, b"event: sent\ndata: " + json.dumps(table).encode()))
    events.append((0, b"event: end\ndata: " + json.dumps(whole).encode()))
    return Heard(pause_s=0, pause_at=0, status=200, begun_ns=RECEIVED_NS - MS, events=events)


def workload(**params: str) -> stream.Workload:
    return stream.Workload("http://127.0.0.1:9", count="3", **params)


def test_every_piece_has_to_be_there_once_in_order_and_right() -> None:
    checked = workload()
    checked.check(7, heard())
    wrong = {
        "status 503": Heard(pause_s=0, pause_at=0, status=503),
        "got 3 of 3 pieces, and no last event": heard(),
        "got 2 of 3 pieces": heard(),
        "piece 1 in place of 2": heard(),
        "an event that says nothing": heard(),
        "other text": heard(number=8),
    }
    del wrong["got 3 of 3 pieces, and no last event"].events[-1]
    del wrong["got 2 of 3 pieces"].events[2]
    wrong["piece 1 in place of 2"].events.insert(2, heard().events[1])
    wrong["an event that says nothing"].events[1] = (0, b"id: x\ndata: \xff")
    for words, result in wrong.items():
        with pytest.raises(WrongResultError, match=words):
            checked.check(7, result)
    with pytest.raises(WrongResultError, match="other text"):
        checked.check(7, heard(crc32=5))


def test_what_a_late_piece_took_is_the_target_s_the_network_s_and_the_client_s() -> None:
    # Sent 0, 8 and 0 ms late; seen 1, 2 and 11 ms after that. The quickest took 1 ms.
    figures = stream_figures.figures(
        [stream_figures.read(7, heard(seen_ms=(21, 50, 71), late_ms=(0, 8, 0)), 3)]
    )
    assert figures["first_piece_ns"] == 22 * MS
    assert (figures["gap_p50_ns"], figures["gap_longest_ns"]) == (21 * MS, 29 * MS)
    assert figures["behind_p99_ns"] == 11 * MS
    assert figures["target_late_ns"] == pytest.approx(8 * MS / 3)
    assert figures["network_ns"] == MS
    assert figures["client_late_ns"] == pytest.approx((0 + 1 + 10) * MS / 3)
    assert figures["pieces"] == 3
    # Seen 1, 10 and 11 ms after they were due: the second by the target, the third by the client.
    assert figures["late_share"] == pytest.approx(2 / 3)
    assert figures["late_by_target_share"] == figures["late_by_client_share"] == 0.5


def test_the_parts_of_all_pieces_add_up_to_what_they_took() -> None:
    result = heard(seen_ms=(23, 47, 68), late_ms=(1, 2, 3))
    figures = workload().metrics([result])
    parts = ("target_late_ns", "network_ns", "client_late_ns")
    assert sum(figures[name] for name in parts) == pytest.approx((3 + 7 + 8) * MS / 3)
    moments = workload().timestamps(result)
    assert moments.received_ns == RECEIVED_NS
    assert moments.sent_ns == RECEIVED_NS + 63 * MS
    assert moments.asked_ns == 60 * MS


def test_the_figures_are_those_of_the_others_where_one_blocks() -> None:
    late, plain = heard(seen_ms=(21, 41, 161)), heard()
    assert workload().metrics([late, plain])["gap_longest_ns"] == 120 * MS
    assert workload(block="60ms").metrics([late, plain])["gap_longest_ns"] == 20 * MS


def test_events_are_heard_whole_however_they_come() -> None:
    listening = Heard(pause_s=0, pause_at=0)
    for received in (b"id: 0\nda", b"ta: a\n", b"\nid: 1\ndata: b\n\nid: 2"):
        listening.hear(received)
    assert [event for _, event in listening.events] == [b"id: 0\ndata: a", b"id: 1\ndata: b"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"gap": "fast"}, "is not a duration"),
        ({"framing": "http2"}, "framing"),
        ({"client": "curl"}, "client"),
        ({"client": "no-such"}, "client"),
    ],
)
def test_what_is_no_choice_is_refused(params: dict[str, str], words: str) -> None:
    with pytest.raises(BenchError, match=words):
        workload(**params)


@pytest.mark.processes
def test_a_client_has_the_form_that_it_has() -> None:
    with pytest.raises(BenchError, match="has no async form"):
        workload(client="urllib3").async_client(1)


def test_a_workload_goes_to_other_processes_and_knows_its_wait() -> None:
    again = pickle.loads(pickle.dumps(workload(gap="10ms")))
    assert again.waits_ns == 125 * MS  # 100 ms and half a gap to the first piece, then two gaps


@pytest.fixture(scope="module")
def served() -> Iterator[Target]:
    with Target() as running:
        yield running


def read(target: Target, model: str, tasks: int, **params: str) -> tuple[list[str], Any]:
    made: Any = stream.Workload(target.url, **params)
    with registry.load("models", model).Model(made, tasks) as running:
        spans = running.run(tasks)
        return list(complaints(made, spans, tasks)), made.metrics([each[2] for each in spans])


@pytest.mark.processes
@pytest.mark.parametrize("framing", ["chunked", "close"])
@pytest.mark.parametrize(
    ("model", "client"),
    [
        pytest.param(
            model,
            client,
            marks=[]
            if find_spec(client)
            else [pytest.mark.skip(reason=f"{client} is not installed: pip install {client}")],
        )
        for model, client in CLIENTS
    ],
)
def test_every_client_gets_every_piece(
    served: Target, model: str, client: str, framing: str
) -> None:
    params = {"gap": "5ms", "count": "6", "client": client, "framing": framing}
    wrong, figures = read(served, model, 2, **params)
    assert wrong == []
    assert figures["pieces"] == 12
    assert figures["first_piece_ns"] >= 100 * MS


@pytest.mark.processes
def test_a_call_that_blocks_one_coroutine_holds_up_all_others(served: Target) -> None:
    # Threads are held up by nothing but a busy machine, so that nothing is asserted of them.
    params = {"gap": "5ms", "count": "10", "block": "300ms"}
    wrong, figures = read(served, "asyncio", 4, **params)
    assert wrong == []
    assert figures["pieces"] == 30
    assert figures["gap_longest_ns"] >= 200 * MS
    assert read(served, "threads", 4, **params)[0] == []


@pytest.mark.processes
@pytest.mark.parametrize("model", ["sync", "asyncio"])
def test_a_stream_that_is_cut_keeps_its_whole_events_and_is_no_time(model: str) -> None:
    with Target("--midstream", "cut(at=3)", "--stream", "tokens(count=5)") as target:
        for framing in ("chunked", "close"):
            made: Any = stream.Workload(target.url, "1ms", "6", framing=framing)
            with registry.load("models", model).Model(made, 1) as running:
                spans = running.run(1)
            (wrong,) = complaints(made, spans, 1)
            # Without chunks no library notices: only the last event is missed.
            assert "got 3 of 6 pieces, and no last event" in wrong
            assert bool(spans[0][2].fault) == (framing == "chunked")


@pytest.mark.processes
def test_a_target_that_is_gone_is_told_as_what_the_library_says() -> None:
    made: Any = stream.Workload("http://127.0.0.1:9")
    with registry.load("models", "sync").Model(made, 1) as running:
        (wrong,) = complaints(made, running.run(1), 1)
    assert "task 0 was not answered: ConnectionError" in wrong
