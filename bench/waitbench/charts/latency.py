"""How long single tasks took, as their callers saw it: median, half of them, and the tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.charts._axes import logarithmic
from waitbench.charts._panels import beside, cut, models, panels, undrawn
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, mark, styled, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.charts._panels import Panel
    from waitbench.presentation.vega_json import Vega

PLACE = 50
WIDTH, ROW = 205, 22
MOST = 12
SHARES = (0.01, 0.25, 0.5, 0.75, 0.99)
ROOM = 2.5
MS = 1e6


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario: a line per model, from the quickest tasks to the slowest."""
    timed = panels(summary, lambda row: row.sound and len(row.measured.quantiles) >= len(SHARES))
    if not timed:
        return None
    shown = timed[:MOST]
    facts = [fact for panel in shown for fact in _facts(panel)]
    ends = [fact[name] for fact in facts for name in ("p1", "p99")]
    domain = min(ends) / 1.2, max(ends) * ROOM
    return Picture(
        name="latency",
        title="How long a task took, as its caller saw it",
        caption=cut(_caption(shown), shown, timed) + undrawn(shown),
        reading=(
            "Each line is a model: the mark is the median task, the thick bar holds the middle "
            "half of all tasks, the thin line runs from the quickest to the slowest in a hundred; "
            "the number is that slowest, the 99th percentile. A long line to the right is a tail: "
            "some callers wait much longer than most. All fields have the same scale."
        ),
        spec=styled(
            {
                "columns": 3,
                "concat": [_field(panel, domain) for panel in shown],
                "data": {"values": facts},
                "resolve": {"scale": {"y": "independent"}},
            },
            series=models(shown),
            axes=["x"],
            labels=beside(shown),
        ),
    )


def _at(row: Row, share: float) -> float:
    """Return the wall that this share of the tasks does not exceed, in milliseconds."""
    return (
        next(
            (wall for of, wall in row.measured.quantiles if of >= share),
            row.measured.quantiles[-1][1],
        )
        / MS
    )


def _facts(panel: Panel) -> list[Vega]:
    return [
        {
            "scenario": panel.key,
            "model": row.model,
            "family": family(row.kind),
            **{f"p{share * 100:g}": _at(row, share) for share in SHARES},
            "median": formatting.duration(_at(row, 0.5) * MS),
            "tail": formatting.duration(_at(row, 0.99) * MS),
        }
        for row in panel.rows
    ]


def _field(panel: Panel, domain: tuple[float, float]) -> Vega:
    x = {"type": "quantitative", **logarithmic(*domain, title="ms per task")}
    named = tips(model="model", median="median", tail="99th percentile")
    each: Vega = {"y": panel.models, "tooltip": named, "color": hue()}
    layers: list[Vega] = [
        {
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {**each, "x": {**x, "field": "p1"}, "x2": {"field": "p99"}},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 6},
            "encoding": {**each, "x": {**x, "field": "p25"}, "x2": {"field": "p75"}},
        },
        {
            "mark": {"type": "point", "size": 50, "filled": True, "opacity": 1},
            "encoding": {**each, "x": {**x, "field": "p50"}, "shape": mark()},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 7, "color": token("ink")},
            "encoding": {"y": panel.models, "x": {**x, "field": "p99"}, "text": {"field": "tail"}},
        },
    ]
    return {"transform": panel.only(), **panel.drawn(layers, WIDTH, ROW)}


def _caption(shown: Sequence[Panel]) -> str:
    """Return the longest tail: the 99th percentile that lies furthest above its median."""
    row, panel = max(
        ((row, panel) for panel in shown for row in panel.rows),
        key=lambda pair: _at(pair[0], 0.99) / _at(pair[0], 0.5),
    )
    return (
        f"The longest tail is that of {row.model} in {panel.scenario.name}: half of its tasks took "
        f"no longer than {formatting.duration(_at(row, 0.5) * MS)}, one in a hundred over "
        f"{formatting.duration(_at(row, 0.99) * MS)}."
    )
