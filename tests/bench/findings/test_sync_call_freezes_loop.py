"""The claim that a synchronous call freezes the loop: each verdict from a hand-made run."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench.findings import Finding
from waitbench.findings import sync_call_freezes_loop as claim


def blocking(call: str, calls: int = 1, tasks: int = 20) -> dict[str, Any]:
    """A scenario of the suite; requests.get has a workload of its own."""
    own = {} if call == "requests" else {"call": call}
    return scenario(
        f"{call}-{calls}-n{tasks}",
        suite="blocking",
        workload="blocking_http" if call == "requests" else "blocking",
        params={**own, "share": str(calls / tasks)},
        tasks=tasks,
        concurrency=tasks,
        baseline="direct",
        waits_ns=20 * MS,
    )


def row(of: dict[str, Any], via: str, share: float, **fields: Any) -> dict[str, Any]:
    """One way in it, under which the loop stood still for this share of 20 ms a call."""
    calls = round(float(of["params"]["share"]) * of["tasks"])
    seen = {
        "stood_share": share,
        "standstill_ns": share * calls * 20 * MS,
        "call_p50_ns": 20 * MS,
        "most_at_once": 1,
    }
    wall = fields.pop("wall_ms", 40)
    return record(of, via, shaken(wall), kind="asyncio", metrics=seen, **fields)


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return claim.find(summary(folder, *records))


def test_a_loop_that_stands_still_for_every_call_supports_it(tmp_path: Path) -> None:
    single, few = blocking("sleep"), blocking("sleep", 8, 64)
    finding = find(
        tmp_path,
        row(single, "direct", 1.0),
        row(single, "native", 0.0, wall_ms=20),
        row(blocking("cpu"), "direct", 1.0),
        row(few, "direct", 1.0, wall_ms=160),
        row(few, "native", 0.0, wall_ms=20),
    )
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "One call on the loop made every other task wait 20 ms for time.sleep of 20 ms and 20 ms "
        "for pure Python of 20 ms. Calls add up: it was 160 ms for 8 of 20 ms. With asyncio.sleep "
        "in its place the same tasks are done faster: 2.00 [2.00, 2.00] times where 1 of 20 block; "
        "8.00 [8.00, 8.00] times where 8 of 64 block."
    )
    assert (finding.effect, finding.interval, finding.unit) == (1.0, (1.0, 1.0), "share")
    assert finding.evidence == ("sleep-1-n20/direct", "cpu-1-n20/direct", "sleep-8-n64/direct")


def test_a_loop_that_goes_on_refutes_it(tmp_path: Path) -> None:
    calls = (blocking(call) for call in ("sleep", "requests"))
    finding = find(tmp_path, *(row(of, "direct", 0.1) for of in calls))
    assert finding.verdict == "refuted"
    assert "2 ms for requests.get of 20 ms" in finding.sentence
    assert finding.effect == pytest.approx(0.1)


def test_some_calls_only_make_it_conditional_on_them(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        row(blocking("cpu"), "direct", 1.0),
        row(blocking("sqlite"), "direct", 0.02),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "pure Python by 1 of 20 tasks: the loop stood still for 100 % of its time",
        "a sqlite3 query by 1 of 20 tasks: the loop stood still for 2 % of its time",
    )


def test_in_between_is_undecided_and_says_what_would_help(tmp_path: Path) -> None:
    finding = find(tmp_path, row(blocking("sleep"), "direct", 0.4))
    assert finding.verdict == "undecided"
    assert "`waitbench run blocking --launches 6`" in finding.sentence


def test_without_the_suite_it_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, record(scenario(), "sync", shaken(50)))
    assert finding.verdict == "undecided"
    assert "`waitbench run blocking`" in finding.sentence


def test_two_rounds_are_too_few(tmp_path: Path) -> None:
    of = blocking("sleep")
    few = record(of, "direct", [[MS, MS]], kind="asyncio", metrics={"stood_share": 1.0})
    assert find(tmp_path, few).verdict == "undecided"
