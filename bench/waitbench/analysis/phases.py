"""Where the time of a contestant's tasks went: its rounds in, one mean per phase out."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from waitbench.results.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.results.record import RoundRecord


def mean_phases(timed: Iterable[RoundRecord]) -> dict[str, float]:
    """Mean nanoseconds of a task in each phase; empty where no round was taken apart.

    Over the middle half of the rounds by wall: a mean, because medians of phases do not add up to
    their whole; the middle half, because a mean of all would be that of the unluckiest round.
    """
    rounds = sorted((each for each in timed if each.phases), key=lambda each: each.wall_ns)
    spare = len(rounds) // 4
    middle = rounds[spare : len(rounds) - spare]
    return {phase: fmean(each.phases[phase] for each in middle) for phase in PHASES if middle}
