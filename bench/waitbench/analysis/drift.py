"""How the rounds of one benchmark went, from the first to the last: steady, or drifting."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from waitbench.results.foreign import middle

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = 8
FEWEST = 2 * PARTS
"""Rounds from which a course can be drawn."""
NOTABLE = 1.05
"""A last third that took so many times as long as the first, or as much less, is said."""


def course(values: Sequence[float]) -> tuple[float, ...]:
    """Return the median of each eighth of the rounds, as shares of the range that they are in.

    That range is no narrower than from the first to the third quartile of all rounds: what is only
    noise lies in the middle of it and goes nowhere. Nothing where there are too few rounds.
    """
    if len(values) < FEWEST:
        return ()
    parts = [median(part) for part in _parts(values, PARTS)]
    _, quartiles = middle(values)
    low, high = min(parts), max(parts)
    if quartiles:
        low, high = min(low, quartiles[0]), max(high, quartiles[1])
    return tuple((part - low) / (high - low) if high > low else 0.5 for part in parts)


def drift(values: Sequence[float]) -> float | None:
    """Return the median of the last third of the rounds to that of the first; None if steady.

    It is steady where the two lie within 5 %, or either within the quartiles of the other.
    """
    if len(values) < FEWEST:
        return None
    first, _, last = _parts(values, 3)
    ratio = median(last) / median(first)
    if 1 / NOTABLE <= ratio <= NOTABLE:
        return None
    for third, other in ((first, last), (last, first)):
        _, quartiles = middle(third)
        if quartiles and quartiles[0] <= median(other) <= quartiles[1]:
            return None
    return ratio


def _parts(values: Sequence[float], many: int) -> list[Sequence[float]]:
    ends = [round(len(values) * number / many) for number in range(many + 1)]
    return [values[start:end] for start, end in pairwise(ends)]
