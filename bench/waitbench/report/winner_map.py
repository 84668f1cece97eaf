"""The map as small tables: wait down, computing across, the fastest model in each cell."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.by_build import first
from waitbench.analysis.winner_map import PLAINEST, chart
from waitbench.presentation import markdown as _markup
from waitbench.presentation.grid import GAP, LINE
from waitbench.report.tables import HELD_BACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.winner_map import MapCell

MS = 1e6
PLACES = {
    "sync": "sync is enough",
    "threads": "threads suffice",
    "asyncio": "asyncio pays",
    "processes": "only processes help",
}


def terminal(summary: Summary) -> RenderableType | None:
    """Draw a table per concurrency, and how to read them; None where no map was run."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    cells = chart(first(summary))
    if not cells:
        return None
    parts: list[RenderableType] = [Text(_plain(_places(cells))), Text()]
    for title, columns, rows in _tables(cells):
        table = Table(box=LINE, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
        for head in columns:
            table.add_column(Text(_plain(head), style="bold"), overflow="fold")
        for line in rows:
            table.add_row(*(Text(_plain(text).replace("; ", "\n")) for text in line))
        parts += [Text(title, style="bold"), Padding(table, (0, 0, 0, 2), expand=False), Text()]
    return Group(*parts, *(Text(_plain(line), style="dim") for line in _reading(summary, cells)))


def markdown(summary: Summary) -> str:
    """Write the same tables as GitHub's Markdown, without a heading; empty where no map was run."""
    cells = chart(first(summary))
    if not cells:
        return ""
    parts = [_markup.text(_places(cells))]
    for title, columns, rows in _tables(cells):
        lines = [_line(columns), _line("---" for _ in columns), *map(_line, rows)]
        parts += [f"{title}:", "\n".join(lines)]
    return "\n\n".join([*parts, _markup.bullets(_reading(summary, cells))])


def _tables(cells: Iterable[MapCell]) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return title, heads and rows of each concurrency's table."""
    tables = []
    for (at_once, tasks), group in groupby(cells, _size):
        alike = list(group)
        kinds = {
            cell.steps: _computing(cell) for cell in sorted(alike, key=lambda cell: cell.steps)
        }
        rows = []
        for wait_ns, row in groupby(alike, lambda cell: cell.scenario.waits_ns):
            there = {cell.steps: cell for cell in row}
            border = next(iter(there.values())).border_ns
            shown = [_cell(there[steps]) if steps in there else "-" for steps in kinds]
            rows.append([_ms(wait_ns), *shown, _ms(border)])
        title = f"{formatting.count(tasks, 'task')}, {at_once} at once"
        tables.append((title, ["wait, ms", *kinds.values(), "border, ms"], rows))
    return tables


def _size(cell: MapCell) -> tuple[int, int]:
    return cell.scenario.concurrency, cell.scenario.tasks


def _computing(cell: MapCell) -> str:
    computes_ns = cell.computes_ns
    return f"computes {_ms(computes_ns)} ms" if computes_ns else f"computes {cell.steps:,} steps"


def _cell(cell: MapCell) -> str:
    """Return who is fastest, how many times as fast as the baseline, and any other prediction."""
    if cell.ahead:
        return f"{', '.join(bounds.speed(row, cell.scenario) for row in cell.ahead)}{HELD_BACK}"
    if cell.fastest is None:
        return f"-{HELD_BACK}"
    gain = f" {formatting.times(cell.ratio.value)}x" if cell.ratio else ""
    maybe = "".join(f", {model}?" for model in cell.open)
    held = HELD_BACK if cell.missing else ""
    other = "" if cell.foreseen else f"; predicted {' = '.join(cell.predicted) or 'nothing'}"
    return f"{' = '.join(cell.level)}{gain}{maybe}{held}{other}"


def _places(cells: Sequence[MapCell]) -> str:
    """Return in how many cells each model is the simplest that is as fast as any."""
    enough = [cell.enough for cell in cells]
    counts = [f"{PLACES[model]} in {enough.count(model)}" for model in PLAINEST]
    others = sum(model is not None and model not in PLACES for model in enough)
    counts += [f"another model wins in {others}"] if others else []
    counts += [f"{enough.count(None)} open"] if None in enough else []
    return f"Of {formatting.count(len(cells), 'cell')}: {', '.join(counts)}."


def _reading(summary: Summary, cells: Sequence[MapCell]) -> list[str]:
    margin = formatting.percent(summary.methods.margin)
    baseline = next((cell.scenario.baseline for cell in cells if cell.scenario.baseline), None)
    lines = [f"=: surely no more than {margin} slower than the fastest; ?: it may be as fast."]
    if baseline:
        lines.append(f"3.9x: the fastest took the time of {baseline} divided by 3.9.")
    lines.append(
        "border: wait / C, of C tasks at once. Where a task takes less CPU, its client's own "
        "included, waiting rules; beyond it one core is full, and only more cores help."
    )
    lines.append(
        "predicted: the least time that wait and own CPU allow (the roofline); it agrees with "
        f"{sum(cell.foreseen for cell in cells)} of {formatting.count(len(cells), 'cell')}."
    )
    if any(cell.missing for cell in cells):
        lines.append("(!): a model failed there or was held back by the target; it may have won.")
    if any(cell.ahead for cell in cells):
        lines.append(
            "at least 7.1 times (!): so much faster than the baseline at least, and ahead of all "
            "others, but held back by the target: its true time can only be shorter."
        )
    return lines


def _ms(wall_ns: float) -> str:
    return formatting.number(wall_ns / MS)


def _plain(text: str) -> str:
    """Leave out what could steer a terminal or what it may lack: names come from the file."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return shown.encode("ascii", "replace").decode()


def _line(texts: Iterable[str]) -> str:
    return f"| {' | '.join(map(_markup.text, texts))} |"
