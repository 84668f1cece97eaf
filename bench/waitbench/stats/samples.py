"""What is told of samples by the order of their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    Number = TypeVar("Number", int, float)

MEDIAN_COST = 1.2533
"""Standard error of a median of normal draws, in those of their mean: sqrt(pi / 2)."""
MAD_OF_NORMAL = 1.4826
"""Standard deviation of normal draws, in medians of their absolute deviations."""


def nearest_rank(ordered: Sequence[Number], share: float) -> Number:
    """Return the quantile of at least one figure, in ascending order, that is one of them."""
    return ordered[rank_of(len(ordered), share)]


def rank_of(count: int, share: float) -> int:
    """Return the place of that quantile, from 0; shares are told apart in thousandths."""
    return max(0, -(-round(count * share * 1000) // 1000) - 1)
