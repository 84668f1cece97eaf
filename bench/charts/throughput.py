"""Tasks per second against how many are under way at once, with the ideal and every C*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import wording
from bench.charts import Picture
from bench.charts._axes import apart, logarithmic
from bench.charts._theme import family, hue, labels, mark, styled, token

if TYPE_CHECKING:
    from bench.comparison import Comparison, Summary
    from bench.row import Row

PLACE = 40
WIDTH, HEIGHT = 300, 230
FEWEST, MOST = 2, 4
"""Numbers at once that make a line; fields that make a picture."""
KINDS = ("sync", "threads", "processes", "asyncio", "uvloop")
BEYOND = 20
"""Times the largest number at once within which a C* is still drawn."""
ROOM = 4.0
"""Times the last number at once that the scale goes on, for the labels at the ends of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Scenarios of one suite that differ in how many tasks are under way, the fewest first."""

    title: str
    waits_ns: float
    steps: tuple[Comparison, ...]


def draw(summary: Summary) -> Picture | None:
    """Draw a field per kind of task: a line per model, the ideal dashed, C* as a hollow mark."""
    found = sorted(_ladders(summary), key=lambda one: -len(one.steps))[:MOST]
    if not found:
        return None
    fields = [_field(number, one) for number, one in enumerate(found)]
    return Picture(
        name="throughput",
        title="Throughput against how many tasks are under way at once",
        caption=" ".join(_caption(one) for one in found),
        reading=(
            "Each line is a model, its marks with their intervals. The dashed line is the ideal: "
            "the number at once divided by the wait, which nothing can beat. Where a line leaves "
            "it, more at once no longer helps. A hollow mark on the dashed line is a model's C*, "
            "the wait divided by its CPU per task: up to there its own CPU keeps up, beyond it "
            "does not. Both scales are logarithmic."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": fields,
                "data": {
                    "values": [
                        fact for number, one in enumerate(found) for fact in _facts(number, one)
                    ]
                },
                "resolve": {"scale": {"x": "independent", "y": "independent"}},
            },
            series=list(dict.fromkeys(row.model for one in found for _, row in _points(one))),
            labels=120,
        ),
    )


def _ladders(summary: Summary) -> list[Ladder]:
    groups: dict[tuple[str, ...], list[Comparison]] = {}
    for one in summary.scenarios:
        if one.waits_ns > 0 and not one.computes and one.suite != "map":
            told = tuple(f"{name}={text}" for name, text in sorted(one.params.items()))
            groups.setdefault((one.suite, one.workload, *told), []).append(one)
    ladders = []
    for some in groups.values():
        by_number = {_at_once(one): one for one in some if any(map(_shown, one.rows))}
        steps = tuple(by_number[number] for number in sorted(by_number))
        if len(steps) >= FEWEST:
            work = wording.work(steps[0].workload, 2, steps[0].waits_ns).removeprefix("2 ")
            ladders.append(Ladder(title=work, waits_ns=steps[0].waits_ns, steps=steps))
    return ladders


def _at_once(scenario: Comparison) -> int:
    return min(scenario.concurrency, scenario.tasks)


def _shown(row: Row) -> bool:
    return row.rival and row.model in KINDS


def _points(one: Ladder) -> list[tuple[Comparison, Row]]:
    return [(step, row) for step in one.steps for row in step.rows if _shown(row)]


def _per_s(scenario: Comparison, wall_ns: float) -> float:
    return scenario.tasks / wall_ns * 1e9


def _facts(number: int, one: Ladder) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    for step, row in _points(one):
        assert row.wall is not None
        value = _per_s(step, row.wall.value)
        facts.append(
            {
                "field": f"{number}/line",
                "model": row.model,
                "family": family(row.kind),
                "at_once": _at_once(step),
                "rate": value,
                "low": _per_s(step, row.wall.high or row.wall.value),
                "high": _per_s(step, row.wall.low or row.wall.value),
                "said": wording.number(value),
                "scenario": step.name,
            }
        )
    last = {fact["model"]: fact for fact in facts}
    low, high = _rates(one)
    # A C* that stands where the labels do makes room for itself, too.
    most = _at_once(one.steps[-1])
    marks = [fact["rate"] for fact in _crossovers(one) if fact["at_once"] >= most]
    places = apart([*(fact["rate"] for fact in last.values()), *marks], low, high, height=HEIGHT)
    facts += [
        {**fact, "field": f"{number}/label", "rate": place}
        for fact, place in zip(last.values(), places, strict=False)
    ]
    left, right = _numbers(one)
    facts += [
        {"field": f"{number}/ideal", "at_once": many, "rate": many / one.waits_ns * 1e9}
        for many in (left, right)
    ]
    return facts + [{**fact, "field": f"{number}/crossover"} for fact in _crossovers(one)]


def _crossovers(one: Ladder) -> list[dict[str, Any]]:
    """Give each model's C* from the most at once that it was measured at, where it is in sight."""
    found = {row.model: row for _, row in _points(one) if row.crossover}
    right = _numbers(one)[1]
    return [
        {
            "model": row.model,
            "family": family(row.kind),
            "at_once": row.crossover.value,
            "rate": row.crossover.value / one.waits_ns * 1e9,
            "said": wording.crossover(row.crossover.value, row.crossover.low, row.crossover.high),
        }
        for row in found.values()
        if row.crossover and row.crossover.value <= right
    ]


def _numbers(one: Ladder) -> tuple[float, float]:
    """Ends of the scale of numbers at once: all that was measured, and C* where it is near."""
    numbers = [_at_once(step) for step in one.steps]
    near = [
        row.crossover.value
        for _, row in _points(one)
        if row.crossover and row.crossover.value <= BEYOND * numbers[-1]
    ]
    return max(1, numbers[0]) * 0.8, max(numbers[-1] * ROOM, *near, 1) * 1.25


def _rates(one: Ladder) -> tuple[float, float]:
    least = min(_per_s(step, row.wall.value) for step, row in _points(one) if row.wall)
    return least * 0.7, _numbers(one)[1] / one.waits_ns * 1e9 * 1.1


def _field(number: int, one: Ladder) -> dict[str, Any]:
    def only(part: str) -> list[dict[str, Any]]:
        return [
            {"filter": {"field": "field", "equal": f"{number}/{part}"}},
            {"filter": "!isValid(datum.model) || indexof(hidden, datum.model) < 0"},
        ]

    def tips(title: str) -> list[dict[str, Any]]:
        named = (("model", "model"), ("at_once", "at once"), ("said", title))
        return [{"field": name, "type": "nominal", "title": text} for name, text in named]

    x = {"field": "at_once", "type": "quantitative", **logarithmic(*_numbers(one), "at once")}
    y = {"field": "rate", "type": "quantitative", **logarithmic(*_rates(one), "tasks per second")}
    place = {"x": x, "y": y}
    line = {"type": "line", "clip": True, "strokeWidth": 2}
    point = {"type": "point", "size": 55, "opacity": 1, "filled": True}
    return {
        "title": {"text": one.title[:1].upper() + one.title[1:], "subtitle": one.steps[0].suite},
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            {
                "transform": only("ideal"),
                "mark": {**line, "color": token("quiet"), "strokeDash": [4, 4], "strokeWidth": 1.5},
                "encoding": place,
            },
            {
                "transform": only("line"),
                "mark": line,
                "encoding": {**place, "color": hue(), "detail": {"field": "model"}},
            },
            {
                "transform": only("line"),
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                    "color": hue(),
                },
            },
            {
                "transform": only("line"),
                "mark": point,
                "encoding": {
                    **place,
                    "color": hue(),
                    "shape": mark(),
                    "tooltip": tips("tasks per second"),
                },
            },
            {
                "transform": only("crossover"),
                "mark": {**point, "filled": False, "fill": token("page"), "size": 75},
                "encoding": {**place, "stroke": hue(), "shape": mark(), "tooltip": tips("C*")},
            },
            *labels(only("label"), place, "model"),
        ],
    }


def _caption(one: Ladder) -> str:
    """Say how far the best model got at the most that was measured."""
    step = one.steps[-1]
    rows = [row for row in step.rows if _shown(row) and row.wall]
    best = max(rows, key=lambda row: row.tasks_per_s or 0)
    share = f" ({wording.percent(best.efficiency)} of the ideal)" if best.efficiency else ""
    rate = f"{wording.number(best.tasks_per_s or 0)} per second"
    return (
        f"{one.title[:1].upper()}{one.title[1:]} ({step.suite}): {best.model} reached {rate} "
        f"with {_at_once(step):,} at once{share}."
    )
