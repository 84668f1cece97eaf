"""Ratios of two runs that were measured apart, each in several processes."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import fmean, median, variance
from typing import TYPE_CHECKING

from waitbench.stats import student_t
from waitbench.stats.estimates import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 2


def unpaired_ratio(
    before: Sequence[Sequence[float]],
    after: Sequence[Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
) -> tuple[float, float, float] | None:
    """Return the ratio of after to before with its interval; None where a side is one process.

    Both are of the processes' medians: means of their logarithms, and Welch's t. They hold what
    differs from process to process, and not what differs from hour to hour or from build to build.
    """
    olds, news = ([log(median(values)) for values in side if values] for side in (before, after))
    if min(len(olds), len(news)) < FEWEST:
        return None
    parts = [variance(side) / len(side) for side in (olds, news)]
    error = sqrt(sum(parts))
    middle = fmean(news) - fmean(olds)
    if not error:
        return exp(middle), exp(middle), exp(middle)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (olds, news), strict=True)
    )
    reach = student_t.quantile(max(int(freedom), 1), 1 - confidence) * error
    return exp(middle), exp(middle - reach), exp(middle + reach)
