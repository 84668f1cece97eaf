"""Where the time of a contestant's tasks went: its rounds in, one mean per part out."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.results.rounds import Rounds

PARTS = ("waiting", "sending", "queue", "hold", "late", "return", "after")
"""From the start of the round to the end of a task, in the order of time, as the race takes it
apart: waiting for a worker, sending, the target's queue, the delay that was asked for, what the
target took beyond it, the way back, and what the task did then."""


def mean_parts(timed: Rounds) -> dict[str, float]:
    """Mean nanoseconds of a task in each part; empty where no round was taken apart.

    Over the middle half of the rounds by wall: a mean, because medians of parts do not add up to
    their whole; the middle half, because a mean of all would be that of the unluckiest round.
    """
    rounds = timed.known("wall_ns", *(f"part_{part}" for part in PARTS))
    rounds.sort(key=lambda row: row[0])
    spare = len(rounds) // 4
    middle = rounds[spare : len(rounds) - spare]
    if not middle:
        return {}
    _, *columns = zip(*middle, strict=True)
    return {part: fmean(column) for part, column in zip(PARTS, columns, strict=True)}
