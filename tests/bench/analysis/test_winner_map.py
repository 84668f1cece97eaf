from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target, whole
from waitbench.analysis.winner_map import MapCell, chart

RESTLESS = [[10 * MS, 90 * MS], [60 * MS, 12 * MS], [11 * MS, 70 * MS]]
"""Walls about 28 ms that may be anything."""
LATE = target(asked_ms=10, error_ms=8)


def cell(
    walls_ms: Mapping[str, float],
    *,
    wait_ms: float = 10,
    steps: str = "10_000",
    at_once: int = 4,
    cpu_ms: float = 1,
    **options: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """16 tasks that wait and compute, with each model's wall; `told` is more of a model's record.

    `cpu_ms`: CPU of one task; what it computes after its wait is as long.
    """
    of = scenario(
        f"mixed-{wait_ms}ms-{steps}-n16-c{at_once}",
        suite="map",
        workload="mixed",
        params={"latency": f"{wait_ms}ms", "steps": steps},
        tasks=16,
        concurrency=at_once,
        waits_ns=wait_ms * MS,
        computes=True,
    )
    parts = (0, 0, 0, wait_ms, 0, 0, cpu_ms)
    return [
        record(
            of,
            model,
            **{
                "walls": shaken(wall),
                "cpu_ms": 16 * cpu_ms,
                "phases_ms": parts,
                **options.get(model, {}),
            },
        )
        for model, wall in walls_ms.items()
    ]


def drawn(folder: Path, *records: dict[str, Any]) -> list[MapCell]:
    return chart(summary(folder, *records))


def only(folder: Path, *records: dict[str, Any]) -> MapCell:
    (cell_,) = drawn(folder, *records)
    return cell_


def test_a_run_without_a_map_has_no_cells(tmp_path: Path) -> None:
    assert drawn(tmp_path, *whole()) == []


def test_the_fastest_is_told_with_its_gain_over_sync(tmp_path: Path) -> None:
    cell_ = only(tmp_path, *cell({"sync": 176, "threads": 88, "processes": 60, "asyncio": 44}))
    assert (cell_.fastest, cell_.level, cell_.open) == ("asyncio", ("asyncio",), ())
    assert cell_.enough == "asyncio"
    assert cell_.ratio
    assert cell_.ratio.value == pytest.approx(4)


def test_a_model_surely_within_the_margin_is_level_and_the_plainer_one_is_enough(
    tmp_path: Path,
) -> None:
    cell_ = only(tmp_path, *cell({"sync": 176, "threads": 45, "processes": 60, "asyncio": 44}))
    assert cell_.level == ("threads", "asyncio")
    assert cell_.enough == "threads"


def test_a_model_surely_four_per_cent_slower_is_level_and_six_is_not(tmp_path: Path) -> None:
    cell_ = only(tmp_path, *cell({"sync": 106, "threads": 104, "asyncio": 100}))
    assert cell_.level == ("threads", "asyncio")


def test_what_may_be_level_and_may_not_is_open(tmp_path: Path) -> None:
    walls = {"sync": 176, "threads": 28, "processes": 300, "asyncio": 27}
    cell_ = only(tmp_path, *cell(walls, threads={"walls": RESTLESS}))
    assert (cell_.fastest, cell_.level, cell_.open) == ("asyncio", ("asyncio",), ("threads",))
    assert cell_.enough is None


def test_a_dearer_model_that_may_be_level_too_takes_nothing_from_the_plainer(
    tmp_path: Path,
) -> None:
    walls = {"sync": 176, "threads": 27, "processes": 28, "asyncio": 300}
    cell_ = only(tmp_path, *cell(walls, processes={"walls": RESTLESS}))
    assert cell_.open == ("processes",)
    assert cell_.enough == "threads"


def test_sync_may_be_the_fastest_and_has_no_gain_over_itself(tmp_path: Path) -> None:
    cell_ = only(tmp_path, *cell({"sync": 100, "threads": 120, "asyncio": 130}))
    assert cell_.enough == "sync"
    assert cell_.ratio is None


def test_who_was_held_back_by_the_target_might_have_won(tmp_path: Path) -> None:
    walls = {"sync": 176, "threads": 50, "asyncio": 60}
    cell_ = only(tmp_path, *cell(walls, asyncio={"stats": LATE}))
    assert (cell_.fastest, cell_.missing, cell_.enough) == ("threads", ("asyncio",), None)
    # 4 turns of 10 + 1 ms: a faster target may have let it finish in 44 ms.
    assert cell_.open == ("asyncio",)


def test_who_could_not_have_won_with_any_target_does_not_open_a_cell(tmp_path: Path) -> None:
    # sync takes 16 turns of 10 + 1 ms, 176 ms at least, whatever the target does.
    cell_ = only(tmp_path, *cell({"sync": 200, "threads": 50}, sync={"stats": LATE}))
    assert (cell_.fastest, cell_.open) == ("threads", ())


def test_nobody_is_fastest_behind_a_bound(tmp_path: Path) -> None:
    walls = {"sync": 176, "threads": 60, "asyncio": 50}
    cell_ = only(tmp_path, *cell(walls, asyncio={"stats": LATE}))
    assert (cell_.fastest, cell_.level, cell_.ratio, cell_.enough) == (None, (), None, None)
    assert [row.model for row in cell_.ahead] == ["asyncio"]
    assert cell_.foreseen
    healthy = only(tmp_path, *cell(walls))
    assert (healthy.fastest, healthy.ahead) == ("asyncio", ())


def test_a_cell_in_which_nothing_counts_says_so(tmp_path: Path) -> None:
    cell_ = only(tmp_path, *cell({"sync": 176}, sync={"stats": LATE}))
    assert (cell_.fastest, cell_.level) == (None, ())
    assert [row.model for row in cell_.ahead] == ["sync"]


def test_where_waiting_rules_all_that_overlap_it_are_predicted(tmp_path: Path) -> None:
    # 4 turns of 10 + 1 ms are 44 ms for all with 4 at once; sync takes 16 x 11 = 176.
    cell_ = only(tmp_path, *cell({"sync": 176, "threads": 45, "processes": 46, "asyncio": 44}))
    assert cell_.predicted == ("threads", "asyncio", "processes")
    assert cell_.foreseen


def test_where_computing_rules_only_processes_are_predicted(tmp_path: Path) -> None:
    # One core: 16 x 10 + 10 = 170 ms. Two: 16 x 10 / 2 + 10 = 90, and 4 turns of 20 are 80.
    walls = {"sync": 320, "threads": 172, "processes": 120, "asyncio": 100}
    cell_ = only(tmp_path, *cell(walls, cpu_ms=10))
    assert cell_.predicted == ("processes",)
    assert not cell_.foreseen


def test_one_worker_cannot_hide_its_computing_behind_a_wait(tmp_path: Path) -> None:
    # 1 ms of wait, 10 of computing: sync takes 16 x 11 = 176 ms, asyncio 16 x 10 + 1 = 161.
    cell_ = only(tmp_path, *cell({"sync": 176, "asyncio": 161}, wait_ms=1, cpu_ms=10))
    assert cell_.predicted == ("asyncio",)


def test_the_border_is_the_wait_shared_out_among_those_at_once(tmp_path: Path) -> None:
    cell_ = only(tmp_path, *cell({"sync": 176, "asyncio": 44}))
    assert cell_.border_ns == 2.5 * MS


def test_computing_is_the_least_that_any_row_took_for_the_same_steps(tmp_path: Path) -> None:
    slow = {"phases_ms": (0, 0, 0, 10, 0, 0, 3)}
    cells = drawn(
        tmp_path,
        *cell({"sync": 176, "asyncio": 44}, threads=slow),
        *cell({"sync": 700, "asyncio": 170}, wait_ms=40, sync=slow, asyncio=slow),
    )
    assert [cell_.computes_ns for cell_ in cells] == [MS, MS]


def test_cells_are_ordered_by_concurrency_wait_and_computing(tmp_path: Path) -> None:
    walls = {"sync": 100, "asyncio": 50}
    cells = drawn(
        tmp_path,
        *cell(walls, at_once=16, wait_ms=2),
        *cell(walls, wait_ms=40, steps="100_000"),
        *cell(walls, wait_ms=40, steps="1_000"),
        *cell(walls, wait_ms=2),
    )
    places = [
        (cell_.scenario.concurrency, cell_.scenario.waits_ns / MS, cell_.steps) for cell_ in cells
    ]
    assert places == [(4, 2, 10_000), (4, 40, 1_000), (4, 40, 100_000), (16, 2, 10_000)]
