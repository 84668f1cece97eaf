"""A falling curve with intervals in, the place where it passes a threshold out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, log
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 1e-4
"""A share below this, or below nothing, stands for nothing: logarithms need a figure."""

Side = Literal["finer", "coarser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A share measured at one place, with the ends of its interval.

    Attributes:
        at: the place, above 0.
        low: lower end; may be below 0.
        value: the share.
        high: upper end.
    """

    at: float
    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where a falling curve passes a threshold.

    Attributes:
        value: the place; None where it lies beyond what was measured.
        low: lower end of its interval; None where that lies below the first place.
        high: upper end; None where that lies above the last place.
        side: on which side of all places `value` lies, where it lies beyond them.
    """

    value: float | None
    low: float | None
    high: float | None
    side: Side | None


def monotone(points: Sequence[Point]) -> list[Point]:
    """Return a curve that only falls: what holds for one place bounds the next ones.

    Args:
        points: in the order of their places.

    Returns:
        The same places. An upper end is no higher than those before it, a lower end no lower than
        those behind it: if 5 % is ruled out for fine slices, it is for coarse ones.
    """
    highs = accumulate((point.high for point in points), min)
    values = accumulate((point.value for point in points), min)
    lows = reversed([*accumulate((point.low for point in reversed(points)), max)])
    return [
        Point(at=point.at, low=low, value=value, high=high)
        for point, low, value, high in zip(points, lows, values, highs, strict=True)
    ]


def crossing(points: Sequence[Point], threshold: float) -> Crossing:
    """Return where the curve passes `threshold`: a line in logarithms between two points.

    Args:
        points: a falling curve (`monotone`) in the order of its places, at least two.
        threshold: a share.
    """
    places = [point.at for point in points]
    value, side = _passes(places, [point.value for point in points], threshold)
    low, _ = _passes(places, [point.low for point in points], threshold)
    high, _ = _passes(places, [point.high for point in points], threshold)
    return Crossing(value=value, low=low, high=high, side=side)


def _passes(
    places: Sequence[float], shares: Sequence[float], threshold: float
) -> tuple[float | None, Side | None]:
    """Return the place, or on which side of all places it lies."""
    if shares[0] < threshold:
        return None, "finer"
    for (left, above), (right, below) in pairwise(zip(places, shares, strict=True)):
        if below < threshold:
            part = log(above / threshold) / log(above / max(below, LEAST))
            return left * exp(part * log(right / left)), None
    return None, "coarser"
