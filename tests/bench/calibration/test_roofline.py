from __future__ import annotations

from dataclasses import replace

import pytest

from bench.calibration.roofline import (
    CALIBRATION,
    Cost,
    Foretold,
    cells,
    cost,
    line,
    measure,
    share,
    sharp_ns,
    summed,
)
from tests.bench.calibration.stands import MS, seen

KNOWN = Cost(
    client_ns=0.2 * MS, target_ns=0.1 * MS, late_ns=0.1 * MS, parallel=1, cores=2
)  # paces: 0.2, 0.1, 0.15


def test_what_a_task_costs_is_read_off_one_cell() -> None:
    # 4 ms and 2 ms of CPU over 16 tasks
    found = cost(seen(60, width=4), "processes", 16, 2)
    assert (found.client_ns, found.target_ns) == (0.25 * MS, 0.125 * MS)
    assert (found.late_ns, found.parallel) == (0.1 * MS, 2)
    assert cost(seen(60, width=4), "threads", 16, 2).parallel == 1


def test_the_busiest_sets_the_pace() -> None:
    assert KNOWN.pace_ns == 0.2 * MS
    assert replace(KNOWN, target_ns=0.5 * MS).pace_ns == 0.5 * MS
    # Four processes on two cores that the target shares: (0.2 + 0.1) / 2
    assert replace(KNOWN, parallel=2).pace_ns == pytest.approx(0.15 * MS)


def test_few_at_once_take_turns_of_wait_and_work() -> None:
    # 4 turns of 50.4 ms, and 3 x 0.2 ms until the last of the first four was sent
    assert sharp_ns(16, 4, 50 * MS, KNOWN) == pytest.approx(202.2 * MS)


def test_one_at_a_time_adds_up_wait_and_work() -> None:
    assert sharp_ns(10, 1, 5 * MS, KNOWN) == pytest.approx(54 * MS)


def test_many_at_once_go_at_the_pace_of_the_busiest() -> None:
    # 1000 x 0.2 ms and the wait of the last, against 5 turns of 10.4 ms and 199 x 0.2 ms
    assert sharp_ns(1000, 200, 10 * MS, KNOWN) == pytest.approx(210 * MS)


def test_no_cell_is_predicted_that_was_calibrated_on() -> None:
    for model, calibration in CALIBRATION.items():
        found = list(cells(model, ("5ms", "10ms")))
        assert calibration not in found
        assert len(found) == len(set(map(str, found))) >= 3


def test_off_is_a_share_of_the_wall() -> None:
    one = Foretold(
        cell=CALIBRATION["sync"],
        plain_ns=180 * MS,
        sharp_ns=230 * MS,
        wall_ns=200 * MS,
        disturbed=False,
    )
    assert one.plain_off == pytest.approx(-0.1)
    assert one.sharp_off == pytest.approx(0.15)
    assert line(one).endswith("180.0 -10.0%     230.0 +15.0%")
    assert share([-0.1, 0.15, 0.0, 0.1]) == 0.75


def test_the_end_counts_both_forms_and_says_which_is_used_where() -> None:
    # Of walls of 200 ms the plain form foretells 190, 170 and 150, the sharp one 195, 202 and 230.
    found = [
        Foretold(
            cell=CALIBRATION["sync"],
            plain_ns=plain_ms * MS,
            sharp_ns=sharp_ms * MS,
            wall_ns=200 * MS,
            disturbed=False,
        )
        for plain_ms, sharp_ms in ((190, 195), (170, 202), (150, 230))
    ]
    counted, used = summed(found)
    assert "of 3 cells not seen before, within 10%: plain 33%, sharp 67%; the aim is 90%" in counted
    assert "plain -15.0%, sharp +1.0%" in used
    assert "as a bound and not as a forecast" in used


def test_a_real_client_is_calibrated_and_foretold() -> None:
    found = list(measure(rounds=1, latencies=["3ms"], models=["sync"]))
    assert [one.cell.tasks for one in found] == [4, 10]
    assert all(one.wall_ns > one.cell.tasks * 3 * MS for one in found)
    assert all(one.sharp_ns > one.plain_ns >= one.cell.tasks * 3 * MS for one in found)
