"""Columns of text on a terminal: which of them fit, how wide each is, and their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import Box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from waitbench.presentation.columns import Bounded, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Halfway between the palette's light and dark hues: a terminal does not say what its ground is,
# and these keep a contrast of 3.5 or more on white and on near-black. Sync stays in its own ink.
HUES = {"threads": "#c4651c", "processes": "#1f8a55", "asyncio": "#4a7fe6"}
FIFTH = "#b0639f"
MARKS = {"sync": "■", "threads": "▲", "processes": "◆", "asyncio": "●"}
CROSS = "✚"
VERDICTS = {"faster": "green", "slower": "red", "undecided": "yellow"}
DECISIONS = {"supported": "green", "refuted": "red", "conditional": "yellow"}
SPEED = "speed"
"""The column whose cells are bars in the hue of their model."""
GAP = 2
FEWEST = 2
"""Columns that stay however narrow the terminal: a model and a figure."""
LINE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
"""A rule under the header and nothing else."""


def fitting(tables: Sequence[Sequence[Column]], room: int) -> dict[str, int]:
    """Return each column's width, the same in all tables; what matters least goes if need be."""
    widths: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for column in (column for columns in tables for column in columns):
        widths[column.head] = max(widths.get(column.head, 0), _width(column))
        ranks[column.head] = column.rank
    while whole(widths) > room and len(widths) > FEWEST:
        del widths[max(reversed(widths), key=lambda head: ranks[head])]
    return widths


def whole(widths: Mapping[str, int]) -> int:
    """Return the width of a table with these columns."""
    return sum(widths.values()) + GAP * (len(widths) - 1)


def drawn(
    columns: Sequence[Column],
    widths: Mapping[str, int],
    safe: Callable[[Text], Text],
    *,
    header: bool = True,
) -> Table:
    """Draw the columns that have a width, text made safe for the terminal."""
    table = Table(
        box=LINE, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False, show_header=header
    )
    shown = [column for column in columns if column.head in widths]
    for column in shown:
        head = [str(safe(Text(line))) for line in (column.head, column.unit) if line]
        table.add_column(
            Text("\n".join(head), style="bold"),
            justify="left" if column.left else "right",
            no_wrap=not column.wraps,
            min_width=widths[column.head],
            max_width=widths[column.head] if column.wraps else None,
        )
    texts = [aligned(column) for column in shown]
    for number, model in enumerate(columns[0].texts):
        table.add_row(
            *(
                safe(_styled(column, cells[number], model))
                for column, cells in zip(shown, texts, strict=True)
            )
        )
    return table


def aligned(column: Column) -> tuple[str, ...]:
    """Return the cells so that values and intervals stand under each other if set to the right."""
    intervals = [cell.interval if isinstance(cell, Bounded) else "" for cell in column.cells]
    widest = max(map(cell_len, intervals), default=0)
    return tuple(
        f"{cell.value} {interval:>{widest}}" if isinstance(cell, Bounded) else cell
        for cell, interval in zip(column.cells, intervals, strict=True)
    )


def _width(column: Column) -> int:
    mark = 2 if column.head == "model" else 0
    cells = (cell_len(text) + mark for text in aligned(column))
    return max(len(column.head), len(column.unit), *cells)


def _styled(column: Column, text: str, label: str) -> Text:
    # Without the mark of a row that the target held back, and without its interpreter.
    model = label.split(" ", maxsplit=1)[0].partition("@")[0]
    hue = HUES.get(model, "" if model == "sync" else FIFTH)
    if column.head == SPEED:
        return Text(text, style=hue)
    if column.head == "model":
        return Text(f"{MARKS.get(model, CROSS)} {text}", style=f"bold {hue}")
    if column.head == "verdict":
        return Text(text, style=(VERDICTS | DECISIONS).get(text, ""))
    if column.head == "claim":
        return Text(text, style="bold")
    return Text(text, style="bold yellow" if text == "failed" else "")
