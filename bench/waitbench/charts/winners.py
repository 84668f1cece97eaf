"""The map: who is fastest by wait, by computing and by how many at once."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.winner_map import chart
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, mark, styled, tint, tips, token

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.analysis.winner_map import MapCell
    from waitbench.presentation.vega_json import Vega

PLACE = 60
WIDE, HIGH = 150, 84
"""Of a cell, in points."""
SIGNS, LINES = 21, 2
"""What a line of a cell has room for, and the lines below its first."""
UP = 18
"""Points from the middle of a cell up to its first line."""
NOBODY = "nobody"


def draw(summary: Summary, ringed: Collection[str] = ()) -> Picture | None:
    """Draw a field per number at once: waits down, computing across, the fastest in each cell.

    Args:
        summary: of the run.
        ringed: names of scenarios whose cells are marked.
    """
    cells = chart(summary)
    if not cells:
        return None
    fields = [list(group) for _, group in groupby(cells, _size)]
    base = next((cell.scenario.baseline for cell in cells if cell.scenario.baseline), "baseline")
    foreseen = sum(cell.foreseen for cell in cells)
    return Picture(
        name="winners",
        title="Who is fastest, by wait, computing and how many at once",
        caption=_caption(cells),
        reading=(
            "Each cell is a kind of task: how long it waits, from top to bottom, and how long it "
            f"computes, from left to right. It names the model of least time and how many times as "
            f"fast as {base} it was; below, who is level with it (=), and who may be (?). Mark and "
            "hue are those of the fastest; a cell without them had nobody whose time counts. A "
            "hollow mark and \u2265 are a model that the target held back and still ahead of "
            "all others: at least so many times as fast, so nobody is named the fastest. The "
            "wait and a client's own CPU alone predict the fastest in "
            f"{foreseen} of {formatting.count(len(cells), 'cell')}."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [_field(number, group) for number, group in enumerate(fields)],
                "data": {
                    "values": [
                        {**_fact(number, cell), "ringed": cell.scenario.name in ringed}
                        for number, group in enumerate(fields)
                        for cell in group
                    ]
                },
                "resolve": {"scale": {"x": "independent", "y": "independent"}},
            },
            labels=90,
            least=WIDE * max(len(_across(group)) for group in fields),
        ),
    )


def _size(cell: MapCell) -> tuple[int, int]:
    return cell.scenario.concurrency, cell.scenario.tasks


def _fact(number: int, cell: MapCell) -> Vega:
    held = cell.ahead[0] if cell.ahead else None
    row = cell.scenario.row(cell.fastest) if cell.fastest else held
    others = [bounds.WHY] if held else []
    others += [f"=\u00a0{model}" for model in cell.level if model != cell.fastest]
    others += [f"{model}?" for model in cell.open]
    gain = f" {formatting.times(cell.ratio.value)}x" if cell.ratio else ""
    return {
        "field": number,
        "wait": _wait(cell),
        "computing": _computing(cell),
        "family": family(row.kind) if row else "other",
        "won": cell.fastest is not None,
        "held": held is not None,
        "winner": _bound(held, cell)
        if held
        else f"{cell.fastest}{gain}"
        if cell.fastest
        else NOBODY,
        "others": ", ".join(others),
        "lines": _lines(", ".join(others)),
        "predicted": formatting.listing(cell.predicted) or "nothing",
        "scenario": cell.scenario.name,
    }


def _lines(text: str) -> list[str]:
    """Break names into the lines that a cell has room for; the tooltip has them all."""
    return wrap(text, SIGNS, max_lines=LINES, placeholder=" …", break_on_hyphens=False)


def _bound(row: Row, cell: MapCell) -> str:
    """Return the least that a row was faster that the target held back: asyncio ≥ 7.08x."""
    if row.ratio is None or not bounds.counts(cell.scenario):
        return row.model
    return f"{row.model} \u2265 {formatting.times(row.ratio.value)}x"


def _across(cells: Sequence[MapCell]) -> list[str]:
    """Return the kinds of computing of a field, the least first."""
    return list(dict.fromkeys(map(_computing, sorted(cells, key=lambda cell: cell.steps))))


def _wait(cell: MapCell) -> str:
    return formatting.duration(cell.scenario.waits_ns)


def _computing(cell: MapCell) -> str:
    if cell.computes_ns:
        return formatting.duration(cell.computes_ns)
    return f"{cell.steps:,} steps"


def _field(number: int, cells: Sequence[MapCell]) -> Vega:
    at_once, tasks = _size(cells[0])
    waits = dict.fromkeys(map(_wait, sorted(cells, key=lambda cell: cell.scenario.waits_ns)))
    kinds = _across(cells)
    axis = {"labelAngle": 0, "grid": False}
    place = {
        "x": {
            "field": "computing",
            "type": "ordinal",
            "sort": kinds,
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
        "title": f"{formatting.count(tasks, 'task')}, {at_once} at once",
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


def _caption(cells: Sequence[MapCell]) -> str:
    """Return in how many cells each model was the fastest."""
    fastest = [cell.fastest for cell in cells if cell.fastest]
    many = {model: fastest.count(model) for model in dict.fromkeys(fastest)}
    ranked = sorted(many.items(), key=lambda pair: -pair[1])
    parts = [f"{model} in {times}" for model, times in ranked]
    held = sum(bool(cell.ahead) for cell in cells)
    parts += [f"not known in {held} ({bounds.WHY})"] if held else []
    counts = formatting.listing(parts)
    alone = sum(cell.enough is not None for cell in cells)
    return (
        f"Of {formatting.count(len(cells), 'cell')}, the least time was that of "
        f"{counts or 'nobody'}; in {alone} it is sure which model is the plainest that "
        "is as fast as any."
    )
