"""The claim that gather and TaskGroup overlap waits: each verdict from a hand-made run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target
from waitbench.findings import Finding
from waitbench.findings import gather_overlaps as claim

WAYS = ("asyncio_tasks", "asyncio_gather", "asyncio_taskgroup", "asyncio_as_completed")
RESTLESS = (0.2, 1.0, 5.0)
"""Luck of launches that leaves anything open."""


def together(
    walls: Mapping[str, float], tasks: int = 20, launches: Sequence[float] = (0.99, 1.0, 1.01)
) -> list[dict[str, Any]]:
    """So many waits of 20 ms under each of these models, in milliseconds a round."""
    of = scenario(
        f"sleep-20ms-n{tasks}-c{tasks}",
        suite="gather",
        workload="sleep",
        params={"duration": "20ms"},
        tasks=tasks,
        concurrency=tasks,
        baseline="asyncio_serial",
        waits_ns=20 * MS,
    )
    return [
        record(
            of,
            model,
            shaken(wall, (1.0, 1.0, 1.0) if model == "asyncio_serial" else launches),
            width=1 if model == "asyncio_serial" else tasks,
            cpu_ms=1,
        )
        for model, wall in walls.items()
    ]


def all_at(wall: float, serial: float) -> dict[str, float]:
    return {"asyncio_serial": serial, **dict.fromkeys(WAYS, wall)}


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return claim.find(summary(folder, *records))


def test_the_longest_wait_instead_of_the_sum_supports_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *together(all_at(21, 104), 5), *together(all_at(21, 420)))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith(
        "20 waits of 20 ms took 420 ms awaited one by one (the waits add up to 400 ms) and 21 ms "
        "through create_task, gather, TaskGroup and as_completed (the longest wait is 20 ms). The "
        "least that was gained anywhere: "
    )
    assert finding.brief == "20 waits took 21 ms, 420 ms one by one"
    assert finding.effect == pytest.approx(104 / 21, rel=0.001)  # 4.95 of 5 is less than 20 of 20
    assert "sleep-20ms-n20-c20/asyncio_gather" in finding.evidence


def test_the_sum_of_the_waits_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *together(all_at(101, 102), 5), *together(all_at(401, 404)))
    assert finding.verdict == "refuted"
    assert finding.effect == pytest.approx(1.01, rel=0.01)


def test_overlap_in_one_scenario_only_makes_it_conditional_on_which(tmp_path: Path) -> None:
    finding = find(tmp_path, *together(all_at(21, 105), 5), *together(all_at(404, 404)))
    assert finding.verdict == "conditional"
    assert finding.conditions[0].startswith("sleep-20ms-n20-c20, gather: 1.00 [")
    assert finding.conditions[-1].startswith("sleep-20ms-n5-c5, ")
    assert finding.conditions[-1].endswith("times as fast, of 5 at best")


def test_overlap_in_part_is_conditional_too(tmp_path: Path) -> None:
    finding = find(tmp_path, *together(all_at(100, 400)))  # 4 times as fast, of 20 at best
    assert finding.verdict == "conditional"
    assert len(finding.conditions) == 2


def test_restless_walls_leave_it_open_and_say_what_would_help(tmp_path: Path) -> None:
    finding = find(tmp_path, *together(all_at(40, 400), launches=RESTLESS))
    assert finding.verdict == "undecided"
    assert "`waitbench run gather --launches 6` would narrow it" in finding.sentence


def test_the_claim_needs_both_gather_and_taskgroup(tmp_path: Path) -> None:
    walls = {"asyncio_serial": 420, "asyncio_gather": 21, "asyncio_tasks": 21}
    finding = find(tmp_path, *together(walls))
    assert finding.verdict == "undecided"
    assert "`waitbench run gather` does it" in finding.sentence


def test_rows_that_the_target_held_back_do_not_count(tmp_path: Path) -> None:
    late = together(all_at(21, 420))
    for entry in late:
        entry["scenario"]["needs_target"] = True
        for turn in entry["rounds"]:
            turn["target"] = target(asked_ms=20, error_ms=9)
    assert find(tmp_path, *late).verdict == "undecided"
