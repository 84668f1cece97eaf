"""Trials in, by how much they took longer than the queueing model explains out, by width."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Corrections = tuple[tuple[int, float], ...]
"""How many times longer than predicted rounds took, by width; the narrowest first."""


def rising(factors: Sequence[float]) -> list[float]:
    """Pool factors that fall from one width to the next, which is chance.

    Nothing computes faster for more beside it (isotonic regression, Barlow and others 1972).
    """
    pools: list[tuple[float, int]] = []
    for factor in factors:
        mean, size = log(factor), 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, size = (before * more + mean * size) / (more + size), more + size
        pools.append((mean, size))
    return [exp(mean) for mean, size in pools for _ in range(size)]


def interpolated(corrections: Corrections, width: int) -> float:
    """Return the correction of a width, read off between those that were tried.

    It grows evenly, on a scale of logarithms, and beyond the widest it stays.
    """
    for (narrow, low), (wide, high) in pairwise(corrections):
        if width <= wide:
            share = log(width / narrow) / log(wide / narrow)
            return exp((1 - share) * log(low) + share * log(high))
    return corrections[-1][1] if corrections else 1.0
