"""What switching between coroutines costs, against how much work lies between two switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.charts._axes import logarithmic
from waitbench.findings.switching_overhead import THRESHOLDS, grains
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import styled, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings.switching_overhead import Grain
    from waitbench.presentation.vega_json import Vega

PLACE = 70
WIDTH, HEIGHT = 480, 240
FEWEST = 2
US = 1e3
TICKS = (-0.5, -0.2, -0.05, 0, 0.01, 0.05, 0.2, 0.5, 1, 2, 5)
ROOM = 1.6
"""Times the coarsest grain that the scale goes on, for the names of the thresholds."""


def draw(summary: Summary) -> Picture | None:
    """Draw the overhead over the grain, with its intervals, and the thresholds of the claim."""
    slices = grains(summary)
    if len(slices) < FEWEST:
        return None
    least = min(0, *(grain.overhead.low for grain in slices)) * 1.3
    most = max(grain.overhead.high for grain in slices) * 1.3
    ticks = [tick for tick in TICKS if least <= tick <= most]
    y = {
        "field": "overhead",
        "type": "quantitative",
        # Linear about nothing, logarithmic beyond one per cent: an overhead may come out below 0.
        "scale": {"type": "symlog", "constant": 0.01, "domain": [least, most], "nice": False},
        "axis": {"title": "overhead, %", "values": ticks, "labelExpr": "round(datum.value * 100)"},
    }
    ends = slices[0].overhead.at / US / 1.3, slices[-1].overhead.at / US * ROOM
    x = {
        "field": "grain",
        "type": "quantitative",
        **logarithmic(*ends, title="µs of computing between two switches"),
    }
    return Picture(
        name="grain",
        title="Overhead of switching against the grain of the work",
        caption=_caption(slices),
        reading=(
            "Each mark is the same computing, cut into slices with a switch to other coroutines "
            "after each: how much longer it took than in one piece, against how long a slice is. "
            "The bar through a mark is its interval; dashed lines are 1, 5 and 50 %. To the left "
            "the slices are fine, and switching costs; where the marks fall to nothing, it no "
            "longer matters."
        ),
        spec=styled(
            {
                "width": WIDTH,
                "height": HEIGHT,
                "data": {"values": [_fact(grain) for grain in slices]},
                "layer": _layers(x, y, ends[1], most),
            },
            axes=["x"],
            labels=100,
        ),
    )


def _fact(grain: Grain) -> Vega:
    overhead = grain.overhead
    return {
        "grain": overhead.at / US,
        "overhead": overhead.value,
        "low": overhead.low,
        "high": overhead.high,
        "text": formatting.percent(overhead.value),
        "slices": formatting.duration(overhead.at),
        "interval": f"{formatting.percent(overhead.low)} to {formatting.percent(overhead.high)}",
    }


def _layers(x: Vega, y: Vega, right: float, most: float) -> list[Vega]:
    hue = {"value": token("asyncio")}
    limits = [{"limit": limit, "grain": right} for limit in THRESHOLDS if limit < most]
    quiet = {"type": "rule", "color": token("quiet")}
    return [
        {
            "data": {"values": limits},
            "mark": {**quiet, "strokeDash": [3, 3]},
            "encoding": {"y": {**y, "field": "limit"}},
        },
        {"data": {"values": [{}]}, "mark": quiet, "encoding": {"y": {**y, "datum": 0}}},
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": hue},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": hue},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 65},
            "encoding": {
                "x": x,
                "y": y,
                "color": hue,
                "tooltip": tips(slices="slice", text="overhead", interval="interval"),
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 9, "dy": -7, "color": token("ink")},
            "encoding": {"x": x, "y": y, "text": {"field": "text"}},
        },
    ]


def _caption(slices: Sequence[Grain]) -> str:
    finest, coarsest = slices[0].overhead, slices[-1].overhead
    return (
        f"Switching after every {formatting.duration(finest.at)} of computing cost "
        f"{formatting.percent(finest.value)}, after every {formatting.duration(coarsest.at)} "
        f"{formatting.percent(coarsest.value)} "
        f"[{formatting.percent(coarsest.low)}, {formatting.percent(coarsest.high)}]."
    )
