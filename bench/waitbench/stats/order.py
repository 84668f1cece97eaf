"""An interval for a median by ranks alone: no shape of the distribution is assumed."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from waitbench.stats.estimates import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence


def median_interval(
    values: Sequence[float], *, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Return the narrowest pair of values, as many from either end, that holds the median.

    The median lies below the r-th smallest of n values with the chance that fewer than r of n coins
    show heads. None where even the least and the largest do not hold it often enough: below six
    values at 95 %.
    """
    ordered, many = sorted(values), len(values)
    below, rank = 0.0, 0
    while 2 * (below + comb(many, rank) / 2**many) <= 1 - confidence:
        below += comb(many, rank) / 2**many
        rank += 1
    return (ordered[rank - 1], ordered[many - rank]) if rank else None
