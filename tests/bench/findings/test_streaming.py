"""Claims about streams: who keeps up with them, and whose fault a late token is; hand-made rows."""

from pathlib import Path
from typing import Any

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target
from waitbench.findings import Finding, late_token, streams_need_async


def streams(at_once: int, gap: str = "20ms", **params: str) -> dict[str, Any]:
    return scenario(
        f"stream-{gap}-c{at_once}{'-blocked' * bool(params)}",
        suite="streaming",
        workload="stream",
        params={"gap": gap, "count": "10", **params},
        tasks=at_once,
        concurrency=at_once,
        baseline="threads",
        waits_ns=210 * MS,
    )


def row(of: dict[str, Any], model: str, behind_ms: float = 1, **figures: float) -> dict[str, Any]:
    seen = {"behind_p99_ns": behind_ms * MS, "late_share": 0.0, **figures}
    return record(of, model, shaken(220), metrics=seen, stats=target(asked_ms=0))


def needed(folder: Path, *rows: dict[str, Any]) -> Finding:
    return streams_need_async.find(summary(folder, *rows))


def blamed(folder: Path, *rows: dict[str, Any]) -> Finding:
    return late_token.find(summary(folder, *rows))


def test_threads_that_fall_behind_where_asyncio_does_not_support_it(tmp_path: Path) -> None:
    few, many = streams(20), streams(200)
    finding = needed(
        tmp_path,
        row(few, "threads", 2),
        row(few, "asyncio", 1),
        row(many, "threads", 35),  # more than half of 20 ms
        row(many, "asyncio", 4),
    )
    assert finding.verdict == "supported"
    assert (
        "threads keep up with up to 20 streams, asyncio with up to 200: of 200, 99 of 100 pieces"
        " are seen within 35 ms under threads and 4 ms under asyncio" in finding.sentence
    )
    assert (finding.effect, finding.unit) == (20.0, "at once")
    assert finding.brief == "threads fall behind with a piece every 20 ms"


def test_threads_that_keep_up_refute_it_and_so_does_a_loop_that_does_not(tmp_path: Path) -> None:
    many = streams(200)
    kept = needed(tmp_path, row(many, "threads", 9), row(many, "asyncio", 2))
    assert (kept.verdict, kept.effect) == ("refuted", 200.0)
    neither = needed(tmp_path, row(many, "threads", 35), row(many, "asyncio", 50))
    assert neither.verdict == "refuted"
    assert "fewer than 200" in neither.sentence


def test_it_may_depend_on_the_gap(tmp_path: Path) -> None:
    fast, slow = streams(200, "20ms"), streams(200, "100ms")
    finding = needed(
        tmp_path,
        row(fast, "threads", 35),
        row(fast, "asyncio", 4),
        row(slow, "threads", 35),
        row(slow, "asyncio", 4),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == ("200 streams, a piece every 20 ms",)


def test_few_streams_do_not_support_it_and_unsteady_ones_are_open(tmp_path: Path) -> None:
    few = streams(20)
    finding = needed(tmp_path, row(few, "threads", 35), row(few, "asyncio", 4))
    assert (finding.verdict, finding.undecided_for) == ("undecided", "partly measured")
    unsteady = record(few, "threads", shaken(220), metrics={"behind_p99_ns": 35 * MS})
    for number, each in enumerate(unsteady["rounds"]):
        each["metrics"]["behind_p99_ns"] = (5 if number < 2 else 35) * MS
    finding = needed(tmp_path, unsteady, row(few, "asyncio", 4))
    assert (finding.verdict, finding.undecided_for) == ("undecided", "too unsure")
    assert "--launches" in finding.sentence
    assert "threads keep up with perhaps 20 streams" in finding.sentence


def test_one_gap_at_which_threads_keep_up_refutes_it_whatever_is_open_at_another(
    tmp_path: Path,
) -> None:
    fast, slow = streams(200, "20ms"), streams(200, "100ms")
    unsteady = record(fast, "threads", shaken(220), metrics={"behind_p99_ns": 35 * MS})
    for number, each in enumerate(unsteady["rounds"]):
        each["metrics"]["behind_p99_ns"] = (5 if number < 2 else 35) * MS
    finding = needed(
        tmp_path,
        unsteady,
        row(fast, "asyncio", 4),
        row(slow, "threads", 35),
        row(slow, "asyncio", 4),
    )
    assert finding.verdict == "refuted"


def test_without_rows_of_streams_nothing_is_said(tmp_path: Path) -> None:
    other = record(scenario(), "threads", shaken(50))
    assert needed(tmp_path, other).undecided_for == "not measured"
    assert blamed(tmp_path, other).undecided_for == "not measured"
    assert "`waitbench run streaming`" in blamed(tmp_path, other).sentence
    blocked = streams(20, block="0ms")
    assert needed(tmp_path, row(blocked, "threads"), row(blocked, "asyncio")).verdict == "undecided"


def late(share: float, own: float) -> dict[str, float]:
    return {"late_share": share, "late_by_client_share": own, "late_by_target_share": 1 - own}


def test_clients_that_are_late_themselves_support_it(tmp_path: Path) -> None:
    many = streams(200)
    finding = blamed(
        tmp_path,
        row(many, "threads", **late(0.2, 0.9)),
        row(many, "asyncio", **late(0.4, 0.8)),
        row(many, "uvloop", **late(0.005, 0.0)),  # too few to be a habit
    )
    assert finding.verdict == "supported"
    assert (finding.effect, finding.interval, finding.unit) == (0.8, (0.8, 0.8), "share")
    assert "asyncio, 200 streams with a piece every 20 ms: 40 % of its tokens late" in (
        finding.sentence
    )
    assert not any("uvloop" in label for label in finding.evidence)


def test_a_late_target_refutes_it_and_both_make_it_conditional(tmp_path: Path) -> None:
    many = streams(200)
    theirs = row(many, "threads", **late(0.2, 0.1))
    assert blamed(tmp_path, theirs).verdict == "refuted"
    own = row(many, "asyncio", **late(0.2, 0.9))
    both = blamed(tmp_path, theirs, own)
    assert both.verdict == "conditional"
    assert len(both.conditions) == 1
    assert both.conditions[0].startswith("asyncio, 200 streams")
    open_ = blamed(tmp_path, row(many, "threads", **late(0.2, 0.5)))
    assert (open_.verdict, open_.undecided_for) == ("undecided", "too unsure")


def test_where_nothing_is_late_nobody_is_to_blame(tmp_path: Path) -> None:
    finding = blamed(tmp_path, row(streams(20), "threads"), row(streams(20), "asyncio"))
    assert finding.verdict == "undecided"
    assert "in each of 2 rows: nobody is to blame" in finding.sentence


def test_a_call_that_blocks_and_a_stream_without_chunks_are_told_beside_it(tmp_path: Path) -> None:
    blocked, alone = streams(20, block="0ms"), streams(1)
    finding = blamed(
        tmp_path,
        row(blocked, "asyncio", gap_longest_ns=25 * MS),
        row(blocked, "asyncio-blocking", gap_longest_ns=80 * MS, **late(0.3, 1.0)),
        row(alone, "sync", first_piece_ns=30 * MS),
        row(alone, "sync-close", first_piece_ns=210 * MS, **late(0.9, 1.0)),
    )
    assert finding.verdict == "undecided"  # what was done on purpose is no evidence
    assert "grow from 25 ms to 80 ms under asyncio." in finding.sentence
    assert "sync after 210 ms rather than 30 ms." in finding.sentence
