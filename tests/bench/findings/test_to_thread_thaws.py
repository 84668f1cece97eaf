"""The claim that threads thaw a frozen loop, at a price: each verdict from a hand-made run."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.findings.test_sync_call_freezes_loop import blocking, row
from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench.findings import Finding
from waitbench.findings import to_thread_thaws as claim


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return claim.find(summary(folder, *records))


def ways(call: str, **shares: float) -> list[dict[str, Any]]:
    """One call made directly, which freezes the loop, and in other ways, which may not."""
    of = blocking(call)
    return [row(of, "direct", 1.0), *(row(of, via, share) for via, share in shares.items())]


def nothing(**walls_ms: float) -> list[dict[str, Any]]:
    """200 calls that do nothing, one after the other."""
    of = scenario(
        "nothing",
        suite="blocking",
        workload="blocking",
        params={"call": "nothing", "share": "1"},
        tasks=200,
        concurrency=1,
        baseline="direct",
        waits_ns=0,
    )
    return [record(of, via, shaken(wall, [1, 1, 1])) for via, wall in walls_ms.items()]


def test_threads_that_thaw_every_call_support_it_with_their_price(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *ways("sleep", to_thread=0.05, threads=0.05),
        *ways("requests", to_thread=0.05),
        *nothing(direct=1, to_thread=13, processes=61),
    )
    assert finding.verdict == "supported"
    # 200 calls took 12 ms and 60 ms longer than direct ones.
    assert finding.effect == pytest.approx(60_000, rel=0.01)
    assert finding.unit == "ns"
    assert finding.interval is not None
    assert finding.interval[0] < 60_000 < finding.interval[1]
    assert (
        "time.sleep (20 ms down to 1 ms) and requests.get (20 ms down to 1 ms)" in finding.sentence
    )
    assert "A call costs 60.0 [" in finding.sentence
    assert "µs through a process pool more than a direct one" in finding.sentence


def test_threads_that_thaw_nothing_refute_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path, *ways("sleep", to_thread=0.9, threads=0.9), *ways("cpu", to_thread=0.8)
    )
    assert finding.verdict == "refuted"
    assert finding.effect is None


def test_calls_that_keep_the_lock_make_it_conditional_with_figures(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *ways("sqlite", to_thread=0.0),
        *ways("cpu", to_thread=0.8, threads=0.84, processes=0.03),
    )
    assert finding.verdict == "conditional"
    assert "It does not from pure Python: the loop still stood for 80 % of the call's" in (
        finding.sentence
    )
    assert "a process pool thaws it (3 %, at most 600 µs)" in finding.sentence
    assert finding.conditions == (
        "a sqlite3 query by 1 of 20 tasks: the loop stood still for 0 % of its time",
        "pure Python by 1 of 20 tasks: the loop stood still for 80 % of its time",
    )
    assert finding.brief == "threads thaw the loop in 1 of 2 kinds of call"


def test_one_thread_way_that_thaws_and_one_that_does_not_is_open(tmp_path: Path) -> None:
    finding = find(tmp_path, *ways("sleep", to_thread=0.0, threads=0.9))
    assert finding.verdict == "undecided"
    assert "Whether it thaws it from time.sleep is open." in finding.sentence
    assert "`waitbench run blocking --launches 6`" in finding.sentence


def test_a_machine_that_holds_up_an_idle_loop_leaves_it_undecided(tmp_path: Path) -> None:
    finding = find(tmp_path, *ways("sleep", to_thread=0.8, threads=0.8, native=0.6))
    assert finding.verdict == "undecided"
    assert "stood still for 60 % of the time, so others had the cores" in finding.sentence


def test_the_ceiling_of_the_default_executor_is_told(tmp_path: Path) -> None:
    of = blocking("sleep", 64, 64)
    seen = {"stood_share": 0.0, "standstill_ns": 0.0, "call_p50_ns": 5 * MS}
    finding = find(
        tmp_path,
        row(of, "direct", 1.0),
        record(of, "to_thread", shaken(55, [1, 1]), metrics={**seen, "most_at_once": 6}),
        record(of, "threads", shaken(10, [1, 1]), metrics={**seen, "most_at_once": 64}),
    )
    assert "Of 64 calls at once to_thread ran 6: " in finding.sentence
    assert "they took 55 ms, in a pool of their own size 10 ms." in finding.sentence


def test_a_call_that_freezes_nothing_has_nothing_to_thaw(tmp_path: Path) -> None:
    of = blocking("sleep")
    finding = find(tmp_path, row(of, "direct", 0.1), row(of, "to_thread", 0.0))
    assert finding.verdict == "undecided"
    assert "`waitbench run blocking`" in finding.sentence
