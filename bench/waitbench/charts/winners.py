"""The map: who is fastest by wait, by computing and by how many at once."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.winner_map import chart
from waitbench.charts._map_field import WIDE, field
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, styled

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.analysis.winner_map import MapCell
    from waitbench.presentation.vega_json import Vega

PLACE = 60
SIGNS, LINES = 21, 2
"""What a line of a cell has room for, and the lines below its first."""
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
                "concat": [_drawn(number, group) for number, group in enumerate(fields)],
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


def _drawn(number: int, cells: Sequence[MapCell]) -> Vega:
    at_once, tasks = _size(cells[0])
    title = f"{formatting.count(tasks, 'task')}, {at_once} at once"
    waits = dict.fromkeys(map(_wait, sorted(cells, key=lambda cell: cell.scenario.waits_ns)))
    return field(number, title, list(waits), _across(cells))


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
