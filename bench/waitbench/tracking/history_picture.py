"""A history as a picture: a field for each figure, a dot for each run, a line for each piece."""

from __future__ import annotations

from math import exp
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
        all_series, key=lambda series: (series.course.steady, -abs(series.course.whole))
    )
    shown = ranked[:MOST]
    points = sum(len(series.points) for series in all_series)
    trends = sum(len(series.course.trends) for series in all_series)
    figures = formatting.count(len(all_series), "figure")
    drifts = f" and {formatting.count(trends, 'trend')}" if trends else ""
    caption = f"{formatting.count(points, 'change point')}{drifts} in {figures}"
    if len(all_series) > len(shown):
        caption += f"; {len(all_series) - len(shown)} that did not change are not drawn"
    return Picture(
        name="history",
        title="History",
        caption=f"{caption}.",
        reading=(
            "Each field is a figure, each dot a run, in the order of time from left to right. A "
            "line is a level or a trend; where a new level begins, the commit of its first run is "
            "named."
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
                "encoding": {"x2": {"field": "last"}, "y2": {"field": "end"}},
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
    """Return the ends of each level and trend; a figure that went nowhere has none."""
    course = series.course
    if course.steady or course.turns:
        return []
    lines: list[Vega] = [
        {
            "run": piece.start + 0.5,
            "last": piece.end + 0.5,
            "figure": exp(piece.first),
            "end": exp(piece.last),
        }
        for piece in course.pieces
        if not piece.rise
    ]
    # By the same share a run: on this scale no straight line, so drawn from run to run.
    for piece in course.pieces:
        runs = range(piece.start, piece.end - 1) if piece.rise else ()
        slope = piece.rise / max(1, piece.end - 1 - piece.start)
        lines += [
            {
                "run": run + 1.0,
                "last": run + 2.0,
                "figure": exp(piece.first + slope * (run - piece.start)),
                "end": exp(piece.first + slope * (run + 1 - piece.start)),
            }
            for run in runs
        ]
    return lines


def _steps(series: Series) -> list[Vega]:
    return [
        {
            "run": point.index + 0.5,
            "figure": point.after,
            "label": f"{100 * point.step:+.0f} % {series.entries[point.index].commit[:9]}",
        }
        for point in series.points
    ]
