"""Tasks per second against how many are under way at once, with the ideal and every C*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.bounds import WHY
from waitbench.charts._axes import apart, logarithmic
from waitbench.charts._ladders import at_once, ladders, per_s, shown
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, labels, mark, only, styled, tips, token

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary
    from waitbench.charts._ladders import Ladder
    from waitbench.presentation.vega_json import Vega

PLACE = 40
WIDTH, HEIGHT = 300, 230
MOST = 4
"""Fields that make a picture."""


def draw(summary: Summary) -> Picture | None:
    """Draw a field per kind of task: a line per model, the ideal dashed, C* as a hollow mark."""
    chosen = sorted(ladders(summary), key=lambda ladder: -len(ladder.steps))[:MOST]
    if not chosen:
        return None
    fields = [_field(number, ladder) for number, ladder in enumerate(chosen)]
    return Picture(
        name="throughput",
        title="Throughput against how many tasks are under way at once",
        caption=" ".join(_caption(ladder) for ladder in chosen),
        reading=(
            "Each line is a model, its marks with their intervals. The dashed line is the ideal: "
            "the number at once divided by the wait, which nothing can beat. Where a line leaves "
            "it, more at once no longer helps. A hollow mark on the dashed line is a model's C*, "
            "the wait divided by its CPU per task: up to there its own CPU keeps up, beyond it "
            "does not. A hollow mark with an arrow is a model that the target held back: its rate "
            "is that or higher. Both scales are logarithmic."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": fields,
                "data": {
                    "values": [
                        fact
                        for number, ladder in enumerate(chosen)
                        for fact in _facts(number, ladder)
                    ]
                },
                "resolve": {"scale": {"x": "independent", "y": "independent"}},
            },
            series=list(
                dict.fromkeys(row.model for ladder in chosen for _, row in ladder.points())
            ),
            labels=95,
        ),
    )


def _facts(number: int, ladder: Ladder) -> list[Vega]:
    facts: list[Vega] = []
    for step, row in ladder.points():
        assert row.wall is not None
        value = per_s(step, row.wall.value)
        facts.append(
            {
                "field": f"{number}/line",
                "model": row.model,
                "family": family(row.kind),
                "at_once": at_once(step),
                "rate": value,
                "low": per_s(step, row.wall.high or row.wall.value),
                "high": per_s(step, row.wall.low or row.wall.value),
                "text": ("at least " if row.held_back else "") + formatting.number(value),
                "held": row.held_back,
                "scenario": step.name,
            }
        )
    last = {fact["model"]: fact for fact in facts}
    low, high = ladder.rates()
    # A C* that stands where the labels do makes room for itself, too.
    most = at_once(ladder.steps[-1])
    marks = [fact["rate"] for fact in _crossovers(ladder) if fact["at_once"] >= most]
    places = apart([*(fact["rate"] for fact in last.values()), *marks], low, high, height=HEIGHT)
    facts += [
        {**fact, "field": f"{number}/label", "rate": place}
        for fact, place in zip(last.values(), places, strict=False)
    ]
    left, right = ladder.numbers()
    facts += [
        {"field": f"{number}/ideal", "at_once": many, "rate": many / ladder.waits_ns * 1e9}
        for many in (left, right)
    ]
    return facts + [{**fact, "field": f"{number}/crossover"} for fact in _crossovers(ladder)]


def _crossovers(ladder: Ladder) -> list[Vega]:
    """Return each model's C* from the most at once that it was measured at, if it is in sight."""
    latest = {row.model: row for _, row in ladder.points() if row.crossover}
    right = ladder.numbers()[1]
    return [
        {
            "model": row.model,
            "family": family(row.kind),
            "at_once": row.crossover.value,
            "rate": row.crossover.value / ladder.waits_ns * 1e9,
            "text": formatting.crossover(
                row.crossover.value, row.crossover.low, row.crossover.high
            ),
        }
        for row in latest.values()
        if row.crossover and row.crossover.value <= right
    ]


def _field(number: int, ladder: Ladder) -> Vega:
    def named(title: str) -> list[Vega]:
        return tips(model="model", at_once="at once", text=title)

    x = {"field": "at_once", "type": "quantitative", **logarithmic(*ladder.numbers(), "at once")}
    y = {
        "field": "rate",
        "type": "quantitative",
        **logarithmic(*ladder.rates(), "tasks per second"),
    }
    place = {"x": x, "y": y}
    line = {"type": "line", "clip": True, "strokeWidth": 2}
    point = {"type": "point", "size": 55, "opacity": 1, "filled": True}
    return {
        "title": {
            "text": ladder.title[:1].upper() + ladder.title[1:],
            "subtitle": ladder.steps[0].suite,
        },
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            {
                "transform": only("field", f"{number}/ideal"),
                "mark": {**line, "color": token("quiet"), "strokeDash": [4, 4], "strokeWidth": 1.5},
                "encoding": place,
            },
            {
                "transform": only("field", f"{number}/line"),
                "mark": line,
                "encoding": {**place, "color": hue(), "detail": {"field": "model"}},
            },
            {
                "transform": only("field", f"{number}/line"),
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                    "color": hue(),
                },
            },
            {
                "transform": only("field", f"{number}/line"),
                "mark": {**point, "strokeWidth": 1.5},
                "encoding": {
                    **place,
                    "stroke": hue(),
                    "fill": {"condition": {"test": "!datum.held", **hue()}, "value": token("page")},
                    "shape": mark(),
                    "tooltip": named("tasks per second"),
                },
            },
            {
                "transform": [*only("field", f"{number}/line"), {"filter": "datum.held"}],
                "mark": {"type": "text", "dy": -10, "text": "\u2191"},
                "encoding": {**place, "color": hue()},
            },
            {
                "transform": only("field", f"{number}/crossover"),
                "mark": {**point, "filled": False, "fill": token("page"), "size": 75},
                "encoding": {**place, "stroke": hue(), "shape": mark(), "tooltip": named("C*")},
            },
            *labels(only("field", f"{number}/label"), place, "model"),
        ],
    }


def _caption(ladder: Ladder) -> str:
    """Return how far the best model got at the most that was measured."""
    step = ladder.steps[-1]
    rows = [row for row in step.rows if shown(row) and row.wall]
    best = max(rows, key=lambda row: row.measured.tasks_per_s or 0)
    least = "at least " if best.held_back else ""
    share = f" ({formatting.percent(best.efficiency)} of the ideal)" if best.efficiency else ""
    rate = f"{least}{formatting.number(best.measured.tasks_per_s or 0)} per second"
    return (
        f"{ladder.title[:1].upper()}{ladder.title[1:]} ({step.suite}): {best.model} reached {rate} "
        f"with {at_once(step):,} at once{share}{f', {WHY}' if least else ''}."
    )
