"""Ratios with their intervals as layers of a picture: a line at 1, a bar each, a point each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.presentation.theme import hue, mark, token

if TYPE_CHECKING:
    from waitbench.presentation.vega_json import Vega


def intervals(each: Vega, x: Vega, *, end: str, size: int) -> list[Vega]:
    """Return the layers of rows that have a `low` and are `decided` or drawn hollow.

    Args:
        each: the encoding that all layers of rows share.
        x: the axis of the ratio, with its field.
        end: the field in which an interval ends.
        size: of a point, in square pixels.
    """
    hollow = {"condition": {"test": "datum.decided", **hue()}, "value": token("page")}
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": token("quiet"), "strokeWidth": 1},
            "encoding": {"x": {"datum": 1}},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {
                **each,
                "x": {**x, "field": "low"},
                "x2": {"field": end},
                "color": hue(),
            },
        },
        {
            "mark": {"type": "point", "size": size, "opacity": 1, "strokeWidth": 1.5},
            "encoding": {**each, "x": x, "stroke": hue(), "fill": hollow, "shape": mark()},
        },
    ]
