"""Pairs of fresh processes in, how many times faster one side is out: by medians, few or many."""

from __future__ import annotations

from math import log, sqrt
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING

from waitbench.stats import estimates
from waitbench.stats.estimates import Estimate, Spread
from waitbench.stats.quantiles import MAD_OF_NORMAL, MEDIAN_COST

if TYPE_CHECKING:
    from waitbench.stats.estimates import Walls

MANY_PAIRS = 16
"""From here on pairs that fell out of line are trimmed; of fewer, too few would be left to tell."""


def paired_ratio(base: Walls, head: Walls, *, confidence: float) -> Estimate | None:
    """Return how many times faster `head` is than `base`, from their walls by (pair, block).

    A pair counts by the median of its blocks: a change of the core's speed falls into one block or
    two. Over pairs, their mean and Student's t; from `MANY_PAIRS` on their trimmed mean. Few pairs
    may agree by luck: the interval is never narrower than the blocks alone allow. None without a
    common block.

    Args:
        base: walls by pair and block.
        head: walls of the other side.
        confidence: of the interval, as a share.
    """
    pairs: dict[int, list[float]] = {}
    for key in sorted(base.keys() & head.keys()):
        pairs.setdefault(key[0], []).append(log(median(base[key]) / median(head[key])))
    middles = [median(blocks) for blocks in pairs.values()]
    if len(middles) < 2:  # noqa: PLR2004 - its blocks are all there is
        return estimates.paired_ratio(base, head, confidence=confidence)
    if len(middles) >= MANY_PAIRS:
        return estimates.trimmed(middles, confidence)
    spreads = [Spread(error=stdev(middles) / sqrt(len(middles)), freedom=len(middles) - 1)]
    off = [abs(log_ratio - median(blocks)) for blocks in pairs.values() for log_ratio in blocks]
    freedom = len(off) - len(middles)
    if freedom >= len(middles):  # fewer know less of the spread than the pairs do
        spread = MEDIAN_COST * MAD_OF_NORMAL * median(off)
        spreads.append(Spread(error=spread / sqrt(len(off)), freedom=freedom))
    return estimates.with_interval(
        fmean(middles), tuple(spreads), "launches", len(middles), confidence
    )
