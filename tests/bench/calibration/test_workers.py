from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.bench.calibration.cells import MS, cell_result
from waitbench.calibration import _workers
from waitbench.calibration._cell import CalibrationCell
from waitbench.calibration._workers import CellRunner, cores_apart
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.results.record import RoundRecord

pytestmark = pytest.mark.processes

NAP = CalibrationCell(
    model="sync", workload="sleep", params={"duration": "1ms"}, tasks=2, concurrency=1
)
GET = CalibrationCell(
    model="sync", workload="http", params={"latency": "1ms"}, tasks=2, concurrency=1
)


def test_a_cell_is_named_by_what_varies() -> None:
    assert GET.name == "http 1ms n2 c1"


def test_figures_are_medians_over_the_rounds() -> None:
    cell = cell_result(60, 50, 55)
    assert cell.wall_ns == 55 * MS
    assert cell.cpu_ns == 4 * MS
    assert cell.phase("return") == MS
    assert cell.phase("unknown") == 0
    assert cell.target_median("cpu_ns") == 2 * MS


def test_a_round_that_others_disturbed_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = count()
    # The warm-up is call 0; of the rounds, the first two are disturbed.
    monkeypatch.setattr(_workers, "disturbed", lambda *_: next(calls) in (1, 2))
    with CellRunner(["sync"], ["sleep"]) as runner:
        cell = runner.run(NAP, 2)
    assert (cell.ran, cell.disturbed, len(cell.rounds)) == (4, 2, 2)


def test_every_round_is_warmed_up_if_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    with CellRunner(["sync"], ["sleep"]) as runner:
        ran: list[int] = []
        run = runner._round

        def noted(cell: CalibrationCell, tasks: int) -> RoundRecord:
            ran.append(tasks)
            return run(cell, tasks)

        monkeypatch.setattr(runner, "_round", noted)
        runner.run(NAP, 2, 3)
        assert ran == [3, 2, 2]
        ran.clear()
        cell = runner.run(NAP, 2, 3, every=True)
    assert ran == [3, 2, 3, 2]
    assert len(cell.rounds) == 2


def test_on_a_machine_that_is_never_calm_all_rounds_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_workers, "disturbed", lambda *_: True)
    with CellRunner(["sync"], ["sleep"]) as runner:
        cell = runner.run(NAP, 1)
    assert cell.ran == cell.disturbed == len(cell.rounds) == 1 + _workers.RERUNS


def test_wrong_answers_end_it_with_the_reason() -> None:
    with (
        CellRunner(["sync"], ["http"], "--errors", "1") as runner,
        pytest.raises(BenchError, match=r"sync at http 1ms n2 c1: 2 of 2 tasks .*: .*500"),
    ):
        runner.run(GET, 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores can not be chosen here")
def test_client_and_target_get_the_cores_that_were_chosen() -> None:
    before, strangers = os.sched_getaffinity(0), set(psutil.Process().children())
    last_core = frozenset(sorted(before)[-1:])
    with CellRunner(["sync"], ["http"], cpus=last_core, target_cpus=last_core) as runner:
        assert runner.target is not None
        ours = set(psutil.Process().children()) - strangers
        assert runner.target.pid in {child.pid for child in ours}
        assert len(ours) == 2
        assert all(os.sched_getaffinity(child.pid) == last_core for child in ours)
        assert runner.run(GET, 1).rounds
    assert os.sched_getaffinity(0) == before


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores can not be chosen here")
@pytest.mark.parametrize(
    ("allowed", "apart"),
    [
        ({0}, (None, None)),
        ({4, 2}, (frozenset({2}), frozenset({4}))),
        ({0, 1, 2, 3}, (frozenset({0, 1, 2}), frozenset({3}))),
    ],
)
def test_the_target_has_a_core_of_its_own_where_there_are_two(
    monkeypatch: pytest.MonkeyPatch, allowed: set[int], apart: tuple[object, object]
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: allowed)
    assert cores_apart() == apart
