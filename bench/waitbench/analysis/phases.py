"""Where the time of a contestant's tasks went: its rounds in, one mean per part out."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from waitbench.results.phases import PHASES

if TYPE_CHECKING:
    from waitbench.results.rounds import Rounds


def mean_phases(timed: Rounds) -> dict[str, float]:
    """Mean nanoseconds of a task in each part; empty where no round was taken apart.

    Over the middle half of the rounds by wall: a mean, because medians of parts do not add up to
    their whole; the middle half, because a mean of all would be that of the unluckiest round.
    """
    rounds = timed.known("wall_ns", *(f"part_{phase}" for phase in PHASES))
    rounds.sort(key=lambda row: row[0])
    spare = len(rounds) // 4
    middle = rounds[spare : len(rounds) - spare]
    if not middle:
        return {}
    _, *columns = zip(*middle, strict=True)
    return {phase: fmean(column) for phase, column in zip(PHASES, columns, strict=True)}
