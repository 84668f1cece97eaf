"""Axes that pictures share: logarithmic with round ticks, or linear from zero."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any

STEPS = (1, 2, 5)
CROWDED = 8
"""More ticks than this, and only the powers of ten keep theirs."""


def logarithmic(low: float, high: float, title: str | None) -> dict[str, Any]:
    """Give scale and axis of a logarithmic channel with ticks at 1, 2, 5 and their tens."""
    ticks = [tick for tick in _ticks(low, high, STEPS) if low <= tick <= high]
    if len(ticks) > CROWDED:
        ticks = [tick for tick in _ticks(low, high, (1,)) if low <= tick <= high]
    return {
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {"title": title, "values": ticks, "format": ",~g", "grid": True},
    }


def linear(high: float, title: str | None) -> dict[str, Any]:
    """Give scale and axis of a linear channel from zero to `high`."""
    return {
        "scale": {"type": "linear", "domain": [0, high], "nice": False},
        "axis": {"title": title, "tickCount": 5, "format": ",~g", "grid": True},
    }


def _ticks(low: float, high: float, steps: tuple[int, ...]) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    return [float(f"{step}e{power}") for power in powers for step in steps]
