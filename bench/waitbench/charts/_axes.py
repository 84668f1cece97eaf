"""Axes that pictures share: logarithmic with round ticks, or linear from zero."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.presentation.vega_json import Vega

STEPS = (1, 2, 5)
LINE = 16
"""Points that a line of text takes."""
SWEEPS = 50
CROWDED = 8
"""More ticks than this, and only the powers of ten keep theirs."""


def logarithmic(low: float, high: float, title: str | None) -> Vega:
    """Return scale and axis of a logarithmic channel with ticks at 1, 2, 5 and their tens."""
    ticks = [tick for tick in _ticks(low, high, STEPS) if low <= tick <= high]
    if len(ticks) > CROWDED:
        ticks = [tick for tick in _ticks(low, high, (1,)) if low <= tick <= high]
    return {
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"title": title, "values": ticks, "format": ",~r", "grid": True},
    }


def linear(high: float, title: str | None) -> Vega:
    """Return scale and axis of a linear channel from zero to `high`."""
    return {
        "scale": {"type": "linear", "domain": [0, high], "nice": False},
        "axis": {"title": title, "tickCount": 5, "format": ",~r", "grid": True},
    }


def apart(values: list[float], low: float, high: float, *, height: int) -> list[float]:
    """Move labels on a logarithmic axis apart, so that none covers another.

    Args:
        values: where each would stand by itself.
        low: lower end of the axis.
        high: upper end.
        height: of the axis, in points.

    Returns:
        Where each stands, in the order of `values`: in their order along the axis, a line of text
        from each other, as near as can be to where they belong.
    """
    gap = LINE / height * (log10(high) - log10(low))
    order = sorted(range(len(values)), key=lambda number: values[number])
    places = [log10(values[number]) for number in order]
    for _ in range(SWEEPS):
        for lower, upper in pairwise(range(len(places))):
            short = gap - (places[upper] - places[lower])
            if short > 0:
                places[lower] -= short / 2
                places[upper] += short / 2
    moved = dict(zip(order, places, strict=True))
    return [10 ** moved[number] for number in range(len(values))]


def _ticks(low: float, high: float, steps: tuple[int, ...]) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    return [float(f"{step}e{power}") for power in powers for step in steps]
