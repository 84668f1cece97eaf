"""How long single tasks took, as their callers saw it: median, half of them, and the tail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import wording
from bench.charts import Picture
from bench.charts._axes import logarithmic
from bench.charts._theme import family, hue, mark, styled, token
from bench.comparison import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Summary
    from bench.row import Row

PLACE = 50
WIDTH, ROW = 205, 19
MOST = 12
SHARES = (0.01, 0.25, 0.5, 0.75, 0.99)
ROOM = 2.5
MS = 1e6


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario: a line per model, from the quickest tasks to the slowest."""
    main = [scenario for scenario in summary.scenarios if scenario.suite in MAIN]
    timed = [scenario for scenario in main or summary.scenarios if _rows(scenario)]
    if not timed:
        return None
    shown = timed[:MOST]
    facts = [fact for scenario in shown for fact in _facts(scenario)]
    ends = [fact[name] for fact in facts for name in ("p1", "p99")]
    domain = min(ends) / 1.2, max(ends) * ROOM
    return Picture(
        name="latency",
        title="How long a task took, as its caller saw it",
        caption=_caption(shown, len(timed)),
        reading=(
            "Each line is a model: the mark is the median task, the thick bar holds the middle "
            "half of all tasks, the thin line runs from the quickest to the slowest in a hundred; "
            "the number is that slowest, the 99th percentile. A long line to the right is a tail: "
            "some callers wait much longer than most. All fields have the same scale."
        ),
        spec=styled(
            {
                "columns": 3,
                "concat": [_field(scenario, domain) for scenario in shown],
                "data": {"values": facts},
                "resolve": {"scale": {"y": "independent"}},
            },
            series=list(dict.fromkeys(row.model for scenario in shown for row in _rows(scenario))),
            axes=["x"],
        ),
    )


def _rows(scenario: Comparison) -> list[Row]:
    return [row for row in scenario.rows if row.sound and len(row.quantiles) >= len(SHARES)]


def _at(row: Row, share: float) -> float:
    """Return the wall that this share of the tasks does not exceed, in milliseconds."""
    return next((wall for of, wall in row.quantiles if of >= share), row.quantiles[-1][1]) / MS


def _facts(scenario: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "scenario": _key(scenario),
            "model": row.model,
            "family": family(row.kind),
            **{f"p{share * 100:g}": _at(row, share) for share in SHARES},
            "median": wording.duration(_at(row, 0.5) * MS),
            "tail": wording.duration(_at(row, 0.99) * MS),
        }
        for row in _rows(scenario)
    ]


def _key(scenario: Comparison) -> str:
    return f"{scenario.suite}/{scenario.name}"


def _field(scenario: Comparison, domain: tuple[float, float]) -> dict[str, Any]:
    x = {"type": "quantitative", **logarithmic(*domain, title="ms per task")}
    y = {
        "field": "model",
        "type": "nominal",
        "sort": [row.model for row in _rows(scenario)],
        "axis": {"title": None},
    }
    named = (("model", "model"), ("median", "median"), ("tail", "99th percentile"))
    tips = [{"field": name, "type": "nominal", "title": text} for name, text in named]
    each = {"y": y, "tooltip": tips, "color": hue()}
    work = wording.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    return {
        "title": {
            "text": f"{work}, {scenario.concurrency:,} at once",
            "subtitle": scenario.name,
        },
        "width": WIDTH,
        "height": {"step": ROW},
        "transform": [
            {"filter": {"field": "scenario", "equal": _key(scenario)}},
            {"filter": "indexof(hidden, datum.model) < 0"},
        ],
        "layer": [
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
                "encoding": {"y": y, "x": {**x, "field": "p99"}, "text": {"field": "tail"}},
            },
        ],
    }


def _caption(shown: Sequence[Comparison], of: int) -> str:
    """Return the longest tail: the 99th percentile that lies furthest above its median."""
    row, scenario = max(
        ((row, scenario) for scenario in shown for row in _rows(scenario)),
        key=lambda pair: _at(pair[0], 0.99) / _at(pair[0], 0.5),
    )
    text = (
        f"The longest tail is that of {row.model} in {scenario.name}: half of its tasks took no "
        f"longer than {wording.duration(_at(row, 0.5) * MS)}, one in a hundred over "
        f"{wording.duration(_at(row, 0.99) * MS)}."
    )
    return f"{text} The first {len(shown)} of {of} scenarios." if of > len(shown) else text
