"""Quantiles of what was measured, such as the p99 of tasks, and what their order tells besides."""

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


TAIL = 100
"""Fewest figures for a p99 that is not just the largest of them."""


def p99(ordered: Sequence[Number]) -> float | None:
    """Return the 99th percentile of figures in ascending order; None for fewer than `TAIL`."""
    return float(nearest_rank(ordered, 0.99)) if len(ordered) >= TAIL else None


def nearest_rank(ordered: Sequence[Number], share: float) -> Number:
    """Return the quantile of at least one figure, in ascending order, that is one of them."""
    return ordered[rank_of(len(ordered), share)]


def rank_of(count: int, share: float) -> int:
    """Return the place of that quantile, from 0; shares are told apart in thousandths."""
    return max(0, -(-round(count * share * 1000) // 1000) - 1)
