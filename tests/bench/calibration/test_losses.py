from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.calibration.cells import MS, cell_result
from waitbench.calibration._losses import loss
from waitbench.results.spans import encode_spans


def test_a_lap_loses_by_full_swing_by_the_start_and_by_idle_lanes() -> None:
    # 16 tasks on 4 lanes: 8 of 53 ms, then 8 of 51 ms, and a wait of 50 ms. A wall of 210 ms gives
    # each task 52.5 ms of a lane, and 52 ms are filled.
    lap_loss = loss(cell_result(210).rounds, concurrency=4, waits_ns=50 * MS)
    assert lap_loss.swing_ns == pytest.approx(1 * MS)
    assert lap_loss.start_ns == pytest.approx(1 * MS)
    assert lap_loss.idle_ns == pytest.approx(0.5 * MS)


def test_rounds_count_alike() -> None:
    # Walls of 210 and 218 ms: 52.5 and 54.5 ms a lap
    lap_loss = loss(cell_result(210, 218).rounds, concurrency=4, waits_ns=50 * MS)
    assert lap_loss.idle_ns == pytest.approx(1.5 * MS)
    assert lap_loss.lap_ns == pytest.approx(3.5 * MS)


@given(
    tasks_ns=st.lists(st.integers(10, 10**9), min_size=2),
    wall_ns=st.integers(1, 10**10),
    lanes=st.integers(1, 50),
)
def test_nothing_is_left_over(tasks_ns: list[int], wall_ns: int, lanes: int) -> None:
    round_ = replace(
        cell_result(1).rounds[0], spans=encode_spans([0] * len(tasks_ns), tasks_ns), wall_ns=wall_ns
    )
    lap_loss = loss([round_], concurrency=lanes, waits_ns=10)
    assert lap_loss.lap_ns == pytest.approx(wall_ns * lanes / len(tasks_ns) - 10, abs=1e-6)
