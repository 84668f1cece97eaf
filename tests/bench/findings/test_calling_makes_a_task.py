"""The claim that calling makes a task: each verdict from a hand-made run."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench.findings import Finding
from waitbench.findings import calling_makes_a_task as claim

OF = scenario(
    "first_run-5ms-n10-c10",
    suite="calling",
    workload="first_run",
    params={"pause": "5ms"},
    tasks=10,
    concurrency=10,
    baseline="awaited",
    waits_ns=5 * MS,
)


def way(name: str, wall_ms: float, *, made: int, early: int, late: int) -> dict[str, Any]:
    """Twenty calls: how many became tasks, ran before they were awaited, and ran at all."""
    seen = {
        "calls": 20,
        "tasks_made": made,
        "ran_when_called": 0,
        "ran_before_await": early,
        "ran_at_all": late,
    }
    return record(OF, name, shaken(wall_ms), kind="asyncio", params={"how": name}, metrics=seen)


CALLED = way("called", 5, made=0, early=0, late=0)
AWAITED = way("awaited", 15, made=0, early=0, late=20)
SCHEDULED = way("scheduled", 5, made=20, early=20, late=20)


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return claim.find(summary(folder, *records))


def test_calls_that_start_nothing_refute_it(tmp_path: Path) -> None:
    finding = find(tmp_path, CALLED, AWAITED, SCHEDULED)
    assert finding.verdict == "refuted"
    assert finding.sentence == (
        "Of 20 coroutines that were called and left alone while the loop was free, none ran or "
        "became tasks; of those that were awaited later, none before their await, and of those "
        "given to create_task, all 20. A pause and then two of them, awaited one after the other, "
        "took 15 ms; as tasks, which ran during the pause, 5 ms: 3.00 [3.00, 3.00] times as fast."
    )
    assert finding.brief == "of 20 calls 0 ran unawaited; given to create_task, 20 of 20"
    assert finding.effect == pytest.approx(3)
    assert finding.evidence == (
        "first_run-5ms-n10-c10/called",
        "first_run-5ms-n10-c10/awaited",
        "first_run-5ms-n10-c10/scheduled",
    )


def test_calls_that_all_run_unawaited_support_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        way("called", 5, made=20, early=20, late=20),
        way("awaited", 5, made=20, early=20, late=20),
        SCHEDULED,
    )
    assert finding.verdict == "supported"
    assert "all ran or became tasks" in finding.sentence


def test_calls_that_ran_in_some_rounds_make_it_conditional(tmp_path: Path) -> None:
    partly = way("called", 5, made=0, early=0, late=0)
    partly["rounds"][2]["metrics"]["ran_before_await"] = 7
    finding = find(tmp_path, partly, AWAITED, SCHEDULED)
    assert finding.verdict == "conditional"
    assert finding.conditions == ("called: 0 to 7 of 20 calls", "awaited: none of 20 calls")


def test_a_watch_that_does_not_even_see_tasks_proves_nothing(tmp_path: Path) -> None:
    blind = way("scheduled", 5, made=0, early=0, late=20)
    finding = find(tmp_path, CALLED, AWAITED, blind)
    assert finding.verdict == "undecided"
    assert "only 0 were seen to run" in finding.sentence
    assert "`waitbench run calling`" in finding.sentence


def test_without_all_three_ways_it_is_undecided(tmp_path: Path) -> None:
    finding = find(tmp_path, CALLED, AWAITED)
    assert finding.verdict == "undecided"
    assert "`waitbench run calling` does it" in finding.sentence
