"""The map: who is fastest by wait, by computing and by how many at once."""

from __future__ import annotations

from itertools import groupby
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
WIDE, HIGH = 140, 62
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
            labels=70,
        ),
    )


def _size(cell: MapCell) -> tuple[int, int]:
    return cell.scenario.concurrency, cell.scenario.tasks


def _fact(number: int, cell: MapCell) -> Vega:
    held = cell.ahead[0] if cell.ahead else None
    row = cell.scenario.row(cell.fastest) if cell.fastest else held
    others = [bounds.WHY] if held else []
    others += [f"= {model}" for model in cell.level if model != cell.fastest]
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
        "predicted": formatting.listing(cell.predicted) or "nothing",
        "scenario": cell.scenario.name,
    }


def _bound(row: Row, cell: MapCell) -> str:
    """Return the least that a row was faster that the target held back: asyncio ≥ 7.08x."""
    if row.ratio is None or not bounds.counts(cell.scenario):
        return row.model
    return f"{row.model} \u2265 {formatting.times(row.ratio.value)}x"


def _wait(cell: MapCell) -> str:
    return formatting.duration(cell.scenario.waits_ns)


def _computing(cell: MapCell) -> str:
    if cell.computes_ns:
        return formatting.duration(cell.computes_ns)
    return f"{cell.steps:,} steps"


def _field(number: int, cells: Sequence[MapCell]) -> Vega:
    at_once, tasks = _size(cells[0])
    waits = dict.fromkeys(map(_wait, sorted(cells, key=lambda cell: cell.scenario.waits_ns)))
    kinds = dict.fromkeys(map(_computing, sorted(cells, key=lambda cell: cell.steps)))
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
    text = {"type": "text", "align": "left", "dx": -WIDE / 2 + 26}
    won = {"filter": "datum.won"}
    return {
        "title": f"{formatting.count(tasks, 'task')}, {at_once} at once",
        "width": {"step": WIDE},
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
                    "xOffset": -WIDE / 2 + 14,
                    "yOffset": -8,
                },
                "encoding": {**place, "color": hue(), "shape": mark()},
            },
            {
                "transform": [{"filter": "datum.held"}],
                "mark": {
                    "type": "point",
                    "filled": False,
                    "opacity": 1,
                    "size": 60,
                    "strokeWidth": 1.5,
                    "xOffset": -WIDE / 2 + 14,
                    "yOffset": -8,
                },
                "encoding": {**place, "stroke": hue(), "shape": mark()},
            },
            {
                "mark": {**text, "dy": -8, "color": token("ink")},
                "encoding": {**place, "text": {"field": "winner"}},
            },
            {
                "mark": {
                    **text,
                    "dx": -WIDE / 2 + 10,
                    "dy": 9,
                    "color": token("quiet"),
                    "limit": WIDE - 14,
                    "fontSize": 10,
                },
                "encoding": {**place, "text": {"field": "others"}},
            },
            {
                "transform": [{"filter": "datum.ringed"}],
                "mark": {
                    "type": "point",
                    "size": 160,
                    "strokeWidth": 3,
                    "opacity": 1,
                    "xOffset": WIDE / 2 - 16,
                    "yOffset": -HIGH / 2 + 16,
                    "color": token("ink"),
                },
                "encoding": place,
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
