from __future__ import annotations

from typing import Self

import pytest

from tests.bench.calibration.cells import MS, cell_result
from waitbench.calibration import roofline
from waitbench.calibration._cell import CalibrationCell, CellResult, http
from waitbench.calibration.roofline import (
    CALIBRATION,
    Cost,
    Prediction,
    cells,
    cost,
    line,
    measure,
    predict,
    share,
    summed,
)


def test_what_a_task_costs_is_the_median_over_visits_to_one_cell() -> None:
    # 4 ms of CPU over 16 tasks; 8 of them took 3 ms beyond their wait of 50 ms, 8 took 1 ms.
    assert cost([cell_result(60)], 16) == Cost(cpu_ns=0.25 * MS, beyond_ns=2 * MS)
    visits = [cell_result(60), cell_result(60, cpu_ms=8), cell_result(60, cpu_ms=80)]
    assert cost(visits, 16) == Cost(cpu_ns=0.5 * MS, beyond_ns=2 * MS)


def test_bound_and_forecast_differ_in_what_a_task_takes_beyond_its_wait_and_in_the_start() -> None:
    task_cost = Cost(cpu_ns=0.25 * MS, beyond_ns=2 * MS)
    # 4 turns of 50 ms, or of 52; the fourth lane begins after the CPU of three tasks
    waiting = predict(http("asyncio", "50ms", 16, 4), task_cost, cell_result(210))
    assert (waiting.bound_ns, waiting.unstarted_ns) == (200 * MS, 208 * MS)
    assert waiting.forecast_ns == 208.75 * MS
    # A client that is never idle: 160 x 0.25 ms, and the last one's 5 or 7 ms
    busy = predict(http("asyncio", "5ms", 160, 40), task_cost, cell_result(50, width=40))
    assert (busy.bound_ns, busy.forecast_ns) == (45 * MS, 47 * MS)
    assert waiting.wall_ns == 210 * MS


def test_the_only_lane_starts_at_once() -> None:
    task_cost = Cost(cpu_ns=0.25 * MS, beyond_ns=2 * MS)
    prediction = predict(http("sync", "50ms", 4, 1), task_cost, cell_result(210, width=1))
    assert prediction.forecast_ns == prediction.unstarted_ns == 208 * MS


def test_no_cell_is_predicted_that_was_calibrated_on() -> None:
    for model, calibration in CALIBRATION.items():
        predicted = list(cells(model, ("5ms", "20ms")))
        assert calibration not in predicted
        assert len(predicted) == len(set(map(str, predicted))) >= 3


def test_off_is_a_share_of_the_wall() -> None:
    prediction = Prediction(
        cell=CALIBRATION["sync"],
        bound_ns=180 * MS,
        unstarted_ns=210 * MS,
        forecast_ns=230 * MS,
        wall_ns=200 * MS,
        disturbed=False,
    )
    assert prediction.bound_off == pytest.approx(-0.1)
    assert prediction.unstarted_off == pytest.approx(0.05)
    assert prediction.forecast_off == pytest.approx(0.15)
    assert line(prediction).endswith("180.0 -10.0%        230.0 +15.0%")
    assert share([-0.1, 0.15, 0.0, 0.1]) == 0.75


def test_the_end_counts_every_form_and_says_what_they_are() -> None:
    # Of walls of 200 ms the bound is 190, 170 and 150; the forecast 195, 202 and 230, or less.
    predictions = [
        Prediction(
            cell=CALIBRATION["sync"],
            bound_ns=bound_ms * MS,
            unstarted_ns=unstarted_ms * MS,
            forecast_ns=forecast_ms * MS,
            wall_ns=200 * MS,
            disturbed=False,
        )
        for bound_ms, unstarted_ms, forecast_ms in (
            (190, 192, 195),
            (170, 199, 202),
            (150, 210, 230),
        )
    ]
    counted, off, forms = summed(predictions)
    assert (
        "of 3 cells not seen before, within 10 %: forecast 67 %, without the start 100 %, bound"
        " 33 %; the aim is 90 %"
    ) in counted
    assert off == "off at the median: forecast +1.0 %, bound -15.0 %"
    assert "tables and findings show it" in forms


def test_calibration_and_cells_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    class Recorder:
        def __init__(self, *_: object) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def run(self, cell: CalibrationCell, rounds: int, *, every: bool) -> CellResult:
            assert every  # right after a warm-up
            ran.append((cell.tasks, rounds))
            return cell_result(60, width=1)

    monkeypatch.setattr(roofline, "CellRunner", Recorder)
    predictions = list(measure(rounds=2, latencies=["3ms"], models=["sync"]))
    # Three visits to the cell of 10 tasks, a cell of 4; one more visit, and the cell of 10 at 3 ms
    assert ran == [(10, 2), (10, 2), (10, 2), (4, 2), (10, 2), (10, 2)]
    assert [prediction.cell.tasks for prediction in predictions] == [4, 10]


@pytest.mark.processes
def test_a_real_client_is_calibrated_and_predicted() -> None:
    predictions = list(measure(rounds=1, latencies=["3ms"], models=["sync"]))
    assert [prediction.cell.tasks for prediction in predictions] == [4, 10]
    assert all(prediction.wall_ns > prediction.cell.tasks * 3 * MS for prediction in predictions)
    assert all(
        prediction.forecast_ns > prediction.bound_ns >= prediction.cell.tasks * 3 * MS
        for prediction in predictions
    )
