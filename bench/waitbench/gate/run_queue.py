"""The run-queue correction: walls without the time in which a round was ready and had no core.

A neighbour on the same core makes a round longer by the time that it runs itself. The kernel counts
that for every thread (the run queue's delay), and where one thread does all of a round's work it
can be taken off: beside two noisy processes on two cores, the 99 % interval of a computing
benchmark over 32 pairs of processes went from 13 % to 1 % either way. Where several threads work,
their delays overlap, and the wall stays as it is. An event loop whose client keeps threads that
sleep is one thread at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.results.validity import timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.record import ContestantRecord, RoundRecord
    from waitbench.stats.estimates import Walls

MOSTLY = 0.9
"""Share of the rounds on either side that one thread must have done."""


def blocks(rows: Sequence[ContestantRecord]) -> list[Walls]:
    """Return each row's valid wall times in nanoseconds, by launch and block.

    Run-queue delays are taken off on all sides or on none: two sides may count them differently.
    """
    corrected = all(_mostly_single(row.rounds) for row in rows)
    return [_walls(row, corrected=corrected) for row in rows]


def wall_ns(round_: RoundRecord) -> float:
    """Return the wall time of one round without its run-queue delay, where one thread had it."""
    delay_ns = round_.run_queue_ns if round_.single else None
    whole_ns = float(round_.wall_ns)
    # A delay as long as the round is a slip of the counters; nothing can be said with it.
    return whole_ns - delay_ns if delay_ns and delay_ns < whole_ns else whole_ns


def _mostly_single(rounds: Sequence[RoundRecord]) -> bool:
    return sum(round_.single for round_ in rounds) >= MOSTLY * len(rounds)


def _walls(row: ContestantRecord, *, corrected: bool) -> Walls:
    walls: dict[tuple[int, int], list[float]] = {}
    for round_ in timed(row.rounds):
        wall = wall_ns(round_) if corrected else float(round_.wall_ns)
        walls.setdefault((round_.launch, round_.block), []).append(wall)
    return walls
