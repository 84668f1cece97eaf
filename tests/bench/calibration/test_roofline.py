from __future__ import annotations

import pytest

from bench.calibration._cell import http
from bench.calibration.roofline import (
    CALIBRATION,
    Cost,
    Foretold,
    cells,
    cost,
    foretell,
    line,
    measure,
    share,
    summed,
)
from tests.bench.calibration.stands import MS, seen


def test_what_a_task_costs_is_read_off_one_cell() -> None:
    # 4 ms of CPU over 16 tasks; 8 of them took 3 ms beyond their wait of 50 ms, 8 took 1 ms.
    found = cost(seen(60), 16)
    assert (found.cpu_ns, found.beyond_ns) == (0.25 * MS, 2 * MS)


def test_bound_and_forecast_differ_in_what_a_task_takes_beyond_its_wait() -> None:
    known = Cost(cpu_ns=0.25 * MS, beyond_ns=2 * MS)
    # 4 turns of 50 ms, or of 52
    waiting = foretell(http("asyncio", "50ms", 16, 4), known, seen(210))
    assert (waiting.bound_ns, waiting.forecast_ns) == (200 * MS, 208 * MS)
    # A client that is never idle: 160 x 0.25 ms, and the last one's 5 or 7 ms
    busy = foretell(http("asyncio", "5ms", 160, 40), known, seen(50, width=40))
    assert (busy.bound_ns, busy.forecast_ns) == (45 * MS, 47 * MS)
    assert waiting.wall_ns == 210 * MS


def test_no_cell_is_predicted_that_was_calibrated_on() -> None:
    for model, calibration in CALIBRATION.items():
        found = list(cells(model, ("5ms", "20ms")))
        assert calibration not in found
        assert len(found) == len(set(map(str, found))) >= 3


def test_off_is_a_share_of_the_wall() -> None:
    one = Foretold(
        cell=CALIBRATION["sync"],
        bound_ns=180 * MS,
        forecast_ns=230 * MS,
        wall_ns=200 * MS,
        disturbed=False,
    )
    assert one.bound_off == pytest.approx(-0.1)
    assert one.forecast_off == pytest.approx(0.15)
    assert line(one).endswith("180.0 -10.0%        230.0 +15.0%")
    assert share([-0.1, 0.15, 0.0, 0.1]) == 0.75


def test_the_end_counts_both_forms_and_says_what_they_are() -> None:
    # Of walls of 200 ms the bound is 190, 170 and 150, the forecast 195, 202 and 230.
    found = [
        Foretold(
            cell=CALIBRATION["sync"],
            bound_ns=bound_ms * MS,
            forecast_ns=forecast_ms * MS,
            wall_ns=200 * MS,
            disturbed=False,
        )
        for bound_ms, forecast_ms in ((190, 195), (170, 202), (150, 230))
    ]
    counted, off, forms = summed(found)
    assert (
        "of 3 cells not seen before, within 10%: forecast 67%, bound 33%; the aim is 90%" in counted
    )
    assert off == "off at the median: forecast +1.0%, bound -15.0%"
    assert "for the bound L is the wait that was asked for" in forms


def test_a_real_client_is_calibrated_and_foretold() -> None:
    found = list(measure(rounds=1, latencies=["3ms"], models=["sync"]))
    assert [one.cell.tasks for one in found] == [4, 10]
    assert all(one.wall_ns > one.cell.tasks * 3 * MS for one in found)
    assert all(one.forecast_ns > one.bound_ns >= one.cell.tasks * 3 * MS for one in found)
