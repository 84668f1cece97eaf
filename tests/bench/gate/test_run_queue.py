"""A round's time in the run queue is taken off where it can be told, and only there."""

import pytest

from tests.bench.gate.outcomes import row
from waitbench.gate.run_queue import blocks, wall_ns


@pytest.mark.parametrize(
    ("delay_ns", "single", "expected"),
    [(30, True, 70), (30, False, 100), (None, True, 100), (0, True, 100), (150, True, 100)],
)
def test_a_delay_is_taken_off_a_single_thread(
    delay_ns: int | None,
    single: bool,  # noqa: FBT001 - a parameter of the test
    expected: int,
) -> None:
    assert wall_ns({"wall_ns": 100, "delay_ns": delay_ns, "single": single}) == expected


def test_walls_are_told_by_launch_and_block_and_errors_are_none() -> None:
    made = row("bench_x", "head", (100, 200, 300))
    made.rounds[0]["delay_ns"] = 40
    made.rounds[1]["errors"] = 1
    assert blocks([made]) == [{(0, 0): [60.0], (0, 2): [300.0]}]


def test_delays_are_taken_off_on_both_sides_or_on_none() -> None:
    base, head = row("bench_x", "base", (100, 100)), row("bench_x", "head", (100, 100))
    for round_ in (*base.rounds, *head.rounds):
        round_["delay_ns"] = 40
    assert [walls[0, 0] for walls in blocks([base, head])] == [[60.0], [60.0]]
    for round_ in head.rounds:  # as a worker of an older tree says it, whose client keeps threads
        round_["single"] = False
    assert [walls[0, 0] for walls in blocks([base, head])] == [[100.0], [100.0]]
