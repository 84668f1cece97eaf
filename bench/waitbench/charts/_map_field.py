"""A field of the map: its cells as rectangles of a hue, with the mark and the words in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.presentation.theme import hue, mark, tint, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.presentation.vega_json import Vega

WIDE, HIGH = 150, 84
"""Of a cell, in points."""
UP = 18
"""Points from the middle of a cell up to its first line."""


def field(number: int, title: str, waits: Sequence[str], kinds: Sequence[str]) -> Vega:
    """Return the field of the facts of this number.

    Args:
        number: that the facts of its cells have as `field`.
        title: above it.
        waits: names of its rows, the first at the top.
        kinds: names of its columns, the first at the left.
    """
    axis = {"labelAngle": 0, "grid": False}
    place = {
        "x": {
            "field": "computing",
            "type": "ordinal",
            "sort": list(kinds),
            "axis": {**axis, "title": "computing of a task"},
        },
        "y": {
            "field": "wait",
            "type": "ordinal",
            "sort": list(waits),
            "axis": {**axis, "title": "wait of a task"},
        },
    }
    named = tips(
        scenario="scenario",
        winner="fastest",
        others="level with it, or perhaps",
        predicted="predicted",
    )
    # From the left edge of its cell, however wide that is drawn.
    left = {**place, "x": {**place["x"], "bandPosition": 0}}
    text = {"type": "text", "align": "left"}
    won = {"filter": "datum.won"}
    return {
        "title": title,
        "width": WIDE * len(kinds),
        "height": {"step": HIGH},
        "transform": [{"filter": {"field": "field", "equal": number}}],
        "layer": [
            {
                "mark": {"type": "rect", "strokeWidth": 3},
                "encoding": {
                    **place,
                    "fill": tint(),
                    "stroke": {"value": token("page")},
                    "tooltip": named,
                },
            },
            {
                "transform": [won],
                "mark": {
                    "type": "point",
                    "filled": True,
                    "opacity": 1,
                    "size": 60,
                    "xOffset": 14,
                    "yOffset": -UP,
                },
                "encoding": {**left, "color": hue(), "shape": mark()},
            },
            {
                "transform": [{"filter": "datum.held"}],
                "mark": {
                    "type": "point",
                    "filled": False,
                    "opacity": 1,
                    "size": 60,
                    "strokeWidth": 1.5,
                    "xOffset": 14,
                    "yOffset": -UP,
                },
                "encoding": {**left, "stroke": hue(), "shape": mark()},
            },
            {
                "mark": {**text, "dx": 26, "dy": -UP, "color": token("ink")},
                "encoding": {**left, "text": {"field": "winner"}},
            },
            {
                "mark": {
                    **text,
                    "dx": 8,
                    "dy": 2,
                    "color": token("quiet"),
                    "lineHeight": 17,
                },
                "encoding": {**left, "text": {"field": "lines"}},
            },
            {
                "transform": [{"filter": "datum.ringed"}],
                "mark": {
                    "type": "point",
                    "size": 160,
                    "strokeWidth": 3,
                    "opacity": 1,
                    "xOffset": -16,
                    "yOffset": -HIGH / 2 + 16,
                    "color": token("ink"),
                },
                "encoding": {**place, "x": {**place["x"], "bandPosition": 1}},
            },
        ],
    }
