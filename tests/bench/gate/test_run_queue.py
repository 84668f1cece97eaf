"""A round's time in the run queue is taken off where it can be told, and only there."""

from dataclasses import replace

import pytest

from tests.bench.gate.outcomes import row
from tests.bench.synthetic import round_record
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
    assert wall_ns(round_record(100, run_queue_ns=delay_ns, single=single)) == expected


def test_walls_are_told_by_launch_and_block_and_errors_are_none() -> None:
    made = row("bench_x", "head", (100, 200, 300))
    first, second, third = made.rounds
    made.rounds = [replace(first, run_queue_ns=40), replace(second, errors=1), third]
    assert blocks([made]) == [{(0, 0): [60.0], (0, 2): [300.0]}]


def test_delays_are_taken_off_on_both_sides_or_on_none() -> None:
    base, head = row("bench_x", "base", (100, 100)), row("bench_x", "head", (100, 100))
    for side in (base, head):
        side.rounds = [replace(round_, run_queue_ns=40) for round_ in side.rounds]
    assert [walls[0, 0] for walls in blocks([base, head])] == [[60.0], [60.0]]
    # As a worker of an older tree says it, whose client keeps threads.
    head.rounds = [replace(round_, single=False) for round_ in head.rounds]
    assert [walls[0, 0] for walls in blocks([base, head])] == [[100.0], [100.0]]
