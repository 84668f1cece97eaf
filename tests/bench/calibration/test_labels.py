from __future__ import annotations

import random
from typing import get_args

import pytest

from tests.bench.calibration.cells import MS, cell_result
from waitbench.calibration._cell import CalibrationCell
from waitbench.calibration._grid import Surroundings, Trial, grid, redrawn
from waitbench.calibration.labels import Labelled, burden, line, measure
from waitbench.perfmodel import bottleneck
from waitbench.units import duration_ns

CELL = CalibrationCell(
    model="asyncio", workload="http", params={"latency": "50ms"}, tasks=16, concurrency=4
)


def nap(model: str, truth: bottleneck.Bound, allowed: int | None = None) -> Trial:
    cell = CalibrationCell(
        model=model, workload="sleep", params={"duration": "60ms"}, tasks=4, concurrency=2
    )
    return Trial(cell=cell, truth=truth, allowed=allowed)


def test_the_grid_holds_every_bound_many_times_and_no_cell_twice() -> None:
    for cores in (1, 2, 8):
        places = grid(cores)
        trials = [trial for place in places for trial in place.trials]
        assert len(trials) >= 40
        # What held a server under load back is told by its generator, not by this rule.
        truths = set(get_args(bottleneck.Bound)) - {"generator-bound"}
        assert {trial.truth for trial in trials} == truths
        cells = [(place.name, t.cell.model, t.cell.name) for place in places for t in place.trials]
        assert len(cells) == len(set(cells))


def test_a_redrawn_grid_has_the_same_truths_and_other_figures() -> None:
    fixed = grid(2)
    drawn = redrawn(fixed, random.Random(7))
    assert drawn == redrawn(fixed, random.Random(7))
    for place, other in zip(fixed, drawn, strict=True):
        assert (place.name, place.target) == (other.name, other.target)
        assert [trial.truth for trial in place.trials] == [trial.truth for trial in other.trials]
        for trial, again in zip(place.trials, other.trials, strict=True):
            assert again.cell.concurrency == trial.cell.concurrency
            assert again.cell.tasks % again.cell.concurrency == 0
            if "latency" in trial.cell.params:
                asked = duration_ns(trial.cell.params["latency"])
                assert asked * 2 / 3 <= duration_ns(again.cell.params["latency"]) <= asked * 4 / 3
    assert drawn != fixed


def test_a_burden_is_what_a_results_file_would_say() -> None:
    # 16 tasks by 4 are 4 turns of 50 ms.
    made = burden(Trial(cell=CELL, truth="latency-bound"), cell_result(203, 205), cores=2)
    assert made.target is not None
    assert (made.tasks, made.concurrency, made.width) == (16, 4, 4)
    assert (made.wall_ns, made.waits_ns, made.cpu_ns) == (204 * MS, 50 * MS, 4 * MS)
    assert (made.ready_ns, made.cores) == (2 * MS, 2)
    assert (made.target.asked_ns, made.target.error_ns) == (50 * MS, MS / 10)
    assert bottleneck.label(made) == "latency-bound"


def test_a_pool_smaller_than_the_scenario_allows_stays_small() -> None:
    made = burden(Trial(cell=CELL, truth="pool-bound", allowed=16), cell_result(203), cores=2)
    assert (made.width, made.concurrency) == (4, 16)
    assert bottleneck.label(made) == "pool-bound"


def test_a_wrong_label_stands_out() -> None:
    trial = Trial(cell=CELL, truth="target-bound")
    cell = Labelled(
        surroundings="plain", trial=trial, burden=burden(trial, cell_result(203), 2), disturbed=True
    )
    assert not cell.right
    assert line(cell).endswith("target-bound      WRONG: latency-bound *")


@pytest.mark.processes
def test_real_cells_get_their_labels() -> None:
    place = Surroundings(
        name="plain",
        trials=(nap("sync", "lockstep"), nap("threads", "pool-bound", allowed=8)),
    )
    cells = list(measure([place], rounds=1))
    assert [cell.label for cell in cells] == ["lockstep", "pool-bound"]
    assert all(cell.right for cell in cells)
