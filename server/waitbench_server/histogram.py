"""Log-linear histograms of nanoseconds with buckets at most 1 % wide, and their quantiles.

A histogram is a mapping of the buckets that hold something to how many values fell into each: of
the thousands that there are a period fills a few dozen.
"""

from __future__ import annotations

from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Counts = Mapping[int, int]

LARGEST_NS: Final = (1 << 38) - 1  # 274 s; what is longer is counted there
SIZE: Final = 4096

_EXACT_BITS: Final = 8  # below 256 ns every value has its own bucket
_STEP_BITS: Final = 7  # above, 128 buckets to each doubling: 0.78 % of their value at most


def bucket(ns: int) -> int:
    """Return the bucket of a value from 0 on."""
    if ns > LARGEST_NS:
        return SIZE - 1
    doublings = ns.bit_length() - _EXACT_BITS
    if doublings <= 0:
        return ns
    return (doublings << _STEP_BITS) + (ns >> doublings)


def bounds(index: int) -> tuple[int, int]:
    """Return the smallest and the largest value that fall into a bucket."""
    if index < 1 << _EXACT_BITS:
        return index, index
    doublings = (index >> _STEP_BITS) - 1
    low = (index - (doublings << _STEP_BITS)) << doublings
    return low, low + (1 << doublings) - 1


def middle(index: int) -> int:
    """Return the value that stands for a bucket."""
    low, high = bounds(index)
    return (low + high) // 2


def quantiles(
    counts: Counts, shares: Sequence[float], early: Counts = MappingProxyType({})
) -> list[int]:
    """Return the values below which the shares (0 to 1, ascending) of the counted values lie.

    Args:
        counts: how many values fell into each bucket.
        shares: the smallest value is share 0, the largest share 1.
        early: counts by magnitude of values below zero.

    Returns:
        One value per share in nanoseconds; zeros if nothing was counted.
    """
    steps = [(-middle(index), early[index]) for index in sorted(early, reverse=True)]
    steps += [(middle(index), counts[index]) for index in sorted(counts)]
    total = sum(count for _, count in steps)
    if not total:
        return [0] * len(shares)
    sums = list(accumulate(count for _, count in steps))
    values = []
    position = 0
    for share in shares:
        rank = max(share * total, 1)  # the first value is the smallest
        while sums[position] < rank:
            position += 1
        values.append(steps[position][0])
    return values
