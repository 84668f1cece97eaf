"""A history as a picture: a field for each figure, a dot for each run, a line for each level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import styled, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.presentation.vega_json import Vega
    from waitbench.tracking.history import Series

WIDTH, HEIGHT = 300, 110
MOST = 18
"""More fields than this are no picture; those that changed come first, the rest is counted."""


def draw(all_series: Sequence[Series]) -> Picture:
    """Draw the figures that changed first, then as many others as there is room for."""
    ranked = sorted(
        all_series, key=lambda series: -max((abs(p.step) for p in series.points), default=0.0)
    )
    shown = ranked[:MOST]
    points = sum(len(series.points) for series in all_series)
    figures = formatting.count(len(all_series), "figure")
    caption = f"{formatting.count(points, 'change point')} in {figures}"
    if len(all_series) > len(shown):
        caption += f"; {len(all_series) - len(shown)} that did not change are not drawn"
    return Picture(
        name="history",
        title="History",
        caption=f"{caption}.",
        reading=(
            "Each field is a figure, each dot a run, in the order of time from left to right. A "
            "line is a level; where a new one begins, the commit of its first run is named."
        ),
        spec=styled({"columns": 2, "concat": [_field(series) for series in shown]}),
    )


def _field(series: Series) -> Vega:
    runs = [
        {"run": number, "figure": figure, "commit": entry.commit[:9], "time": entry.time}
        for number, (entry, figure) in enumerate(
            zip(series.entries, series.figures, strict=True), 1
        )
    ]
    lowest, highest = min(series.figures), max(series.figures)
    room = max(highest - lowest, 0.05 * highest) * 0.25
    y = {
        "field": "figure",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [lowest - room, highest + room], "zero": False, "nice": False},
        "axis": {"tickCount": 4},
    }
    x = {
        "field": "run",
        "type": "quantitative",
        "title": "run",
        "scale": {"domain": [0.5, len(runs) + 0.5], "nice": False},
        "axis": {"grid": False, "tickMinStep": 1, "format": "d"},
    }
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "title": {"text": series.name},
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "data": {"values": runs},
                "mark": {"type": "point", "filled": True, "size": 22, "color": token("quiet")},
            },
            {
                "data": {"values": _levels(series)},
                "mark": {"type": "rule", "strokeWidth": 2, "color": token("asyncio")},
                "encoding": {"x2": {"field": "last"}},
            },
            {
                "data": {"values": _steps(series)},
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dx": -4,
                    "baseline": "bottom",
                    "dy": -3,
                    "color": token("threads"),
                },
                "encoding": {"text": {"field": "label"}},
            },
        ],
    }


def _levels(series: Series) -> list[Vega]:
    starts = [0, *(point.index for point in series.points), len(series.figures)]
    heights = (
        [series.points[0].before, *(point.after for point in series.points)]
        if series.points
        else []
    )
    return [
        {"run": start + 0.5, "last": end + 0.5, "figure": height}
        for start, end, height in zip(starts, starts[1:], heights, strict=False)
    ]


def _steps(series: Series) -> list[Vega]:
    return [
        {
            "run": point.index + 0.5,
            "figure": point.after,
            "label": f"{100 * point.step:+.0f} % {series.entries[point.index].commit[:9]}",
        }
        for point in series.points
    ]
