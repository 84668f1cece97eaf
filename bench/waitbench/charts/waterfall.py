"""One round of each model from inside: every task a bar from its start to its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.charts._axes import linear
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, styled, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.presentation.vega_json import Vega

PLACE = 20
WIDTH, HEIGHT = 190, 130
BESIDE = 4
"""Fields beside each other: the usual models of one scenario."""
BLANK: Vega = {
    "width": WIDTH,
    "height": HEIGHT,
    "data": {"values": []},
    "mark": "point",
}
FEWEST, MOST = 4, 40
"""Tasks of a round that one can still tell apart."""
BLOCKING = "blocking"
ONCE: Vega = {"values": [{}]}
"""Data of what is drawn once, and not for every task."""
ROOM = 1.3
"""Times the longest wall that the scale goes on, for the label behind it."""


def draw(summary: Summary) -> Picture | None:
    """Draw a row of fields for a scenario that waits, one that computes, one that blocks a loop."""
    chosen = [
        (of, rows)
        for of in _chosen(summary)
        if len(
            rows := [row for row in of.rows if row.measured.typical and not row.control][:BESIDE]
        )
        > 1
    ]
    if not chosen:
        return None
    beside = max(len(rows) for _, rows in chosen)
    fields = [
        field
        for number, (of, rows) in enumerate(chosen)
        # Every scenario begins a row of its own.
        for field in (*_fields(number, of, rows), *[BLANK] * (beside - len(rows)))
    ]
    return Picture(
        name="waterfall",
        title="One round from inside: each task a bar from its start to its end",
        caption=" ".join(_caption(of, rows) for of, rows in chosen),
        reading=(
            "Each field is the round of median wall of one model, each line in it a task, from top "
            "to bottom in their order; time runs to the right, on the same scale for all models of "
            "a scenario. Bars one below and behind the other, a staircase, are tasks that take "
            "turns; bars that stand under each other are under way at once. Where a call blocks a "
            "loop, the bars of all others last as long as it does: nobody else gets a turn."
        ),
        spec=styled(
            {
                "columns": beside,
                "concat": fields,
                "spacing": {"row": 28, "column": 20},
                "data": {"values": _facts(chosen)},
                "resolve": {"scale": {"x": "independent", "y": "independent"}},
            },
            labels=44,
            whole=True,
        ),
    )


def _chosen(summary: Summary) -> list[Comparison]:
    """Choose the first scenario that waits, the first that computes, the first that blocks."""
    main = summary.main
    kinds = (
        [scenario for scenario in main if scenario.waits_ns > 0 and not scenario.computes],
        [scenario for scenario in main if scenario.computes and not scenario.waits_ns],
        [scenario for scenario in summary.scenarios if scenario.suite == BLOCKING],
    )
    fitting = [
        [scenario for scenario in kind if FEWEST <= scenario.tasks <= MOST] for kind in kinds
    ]
    first = [kind[0] for kind in fitting if kind]
    return (
        first
        or [scenario for scenario in summary.scenarios if FEWEST <= scenario.tasks <= MOST][:1]
    )


def _facts(chosen: Sequence[tuple[Comparison, list[Row]]]) -> list[Vega]:
    return [
        {
            "field": f"{number}/{row.model}",
            "model": row.model,
            "family": family(row.kind),
            "task": task,
            "start": began / _per(rows),
            "end": (began + took) / _per(rows),
            "took": formatting.duration(took),
            "began": formatting.duration(began),
        }
        for number, (_, rows) in enumerate(chosen)
        for row in rows
        if row.measured.typical
        for task, (began, took) in enumerate(
            zip(row.measured.typical.starts_ns, row.measured.typical.durations_ns, strict=True)
        )
    ]


def _per(rows: Sequence[Row]) -> int:
    return formatting.scale([max(_walls(rows))])[0]


def _walls(rows: Sequence[Row]) -> list[int]:
    return [row.measured.typical.wall_ns for row in rows if row.measured.typical]


def _fields(number: int, of: Comparison, rows: Sequence[Row]) -> list[Vega]:
    walls, (per, unit) = _walls(rows), formatting.scale([max(_walls(rows))])
    scale = linear(max(walls) / per * ROOM, f"{unit} from the start of the round")
    scale["axis"]["tickCount"] = 4
    return [
        {
            "title": {"text": row.model, "subtitle": _work(of) if row is rows[0] else " "},
            "width": WIDTH,
            "height": HEIGHT,
            "transform": [{"filter": {"field": "field", "equal": f"{number}/{row.model}"}}],
            "layer": [
                _bars({"type": "quantitative", **scale}, title="tasks" if row is rows[0] else None),
                *_end({"type": "quantitative", **scale, "datum": wall / per}, wall),
            ],
        }
        for row, wall in zip(rows, walls, strict=True)
    ]


def _bars(x: Vega, *, title: str | None) -> Vega:
    return {
        "mark": {"type": "bar", "cornerRadius": 1},
        "encoding": {
            "y": {
                "field": "task",
                "type": "ordinal",
                "axis": {"title": title, "labels": False, "grid": False},
            },
            "x": {**x, "field": "start"},
            "x2": {"field": "end"},
            "color": hue(),
            "tooltip": tips(model="model", task="task", began="started at", took="took"),
        },
    }


def _end(x: Vega, wall_ns: int) -> list[Vega]:
    """Mark the end of the round, and write its wall beside."""
    text = {"type": "text", "align": "left", "baseline": "top", "dx": 4, "y": 0}
    label = {**text, "color": token("ink"), "text": formatting.duration(wall_ns)}
    rule = {"type": "rule", "color": token("quiet"), "strokeDash": [3, 3]}
    return [{"data": ONCE, "mark": mark, "encoding": {"x": x}} for mark in (rule, label)]


def _work(of: Comparison) -> str:
    """Return what the round was, and where it blocks, how many of its tasks do and how long."""
    long = of.params.get("length") or of.params.get("latency")
    if of.suite == BLOCKING and long:
        many = round(float(of.params.get("share", "0")) * of.tasks)
        block = "blocks" if many == 1 else "block"
        return f"{of.tasks} tasks at once, {many} of which {block} for {_spaced(long)}"
    work = formatting.work(of.workload, of.tasks, of.waits_ns)
    return f"{work}, {of.concurrency:,} at once"


def _spaced(length: str) -> str:
    """Write a length as people do, and not as it is typed: 20 ms."""
    return re.sub(r"(?<=\d)(?=[a-zµ])", " ", length)


def _caption(of: Comparison, rows: Sequence[Row]) -> str:
    walls = [
        f"{row.model} {formatting.duration(row.measured.typical.wall_ns)}"
        for row in rows
        if row.measured.typical
    ]
    work = _work(of)
    return f"{work[:1].upper()}{work[1:]}: {formatting.listing(walls)}."
