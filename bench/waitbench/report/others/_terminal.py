"""A page of others' figures on a terminal: names give way, figures and their units never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from waitbench.presentation import grid, terminal
from waitbench.presentation.terminal import INDENT, heading, line
from waitbench.report.others.quantities import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from waitbench.presentation.columns import Column
    from waitbench.report.others.page import OthersTable, Page

NAME = 16
"""A name has at least so many columns beside its figures; below that, columns are given up."""
SHARE = 3
"""Names that are longer have a third of the room before a column has any that may be given up."""
DIGITS = str.maketrans(LEVELS, "12345678")
"""What a drawn course is where a terminal has no such signs."""
KEPT = 1
"""Columns up to this rank are never given up: they are what the table is for."""
GAP = 2
"""What a heading has around it, in columns."""


def render(page: Page, *, width: int = 80) -> str:
    """Write the page as text, without colours."""
    return terminal.written(lambda console: show(page, console), width=width, color=False)


def show(page: Page, console: Console) -> None:
    """Print the page in the width of the console."""
    if cell_len(page.title) + GAP < console.width:
        heading(console, page.title)
    else:
        line(console, Text(page.title, style="bold"))
    for alert in page.alerts:
        line(console, Text.assemble(("! ", "bold yellow"), alert), hang=INDENT)
    for word, text in page.runs:
        line(console, Text.assemble((word, "bold"), f": {text}"), hang=INDENT)
    console.print()
    hidden: dict[str, None] = {}
    for table in page.tables:
        hidden |= _table(console, table)
        console.print()
    for title, sentences in page.notes:
        heading(console, title)
        for sentence in sentences:
            line(console, Text(sentence), hang=INDENT)
        console.print()
    _reading(console, page, hidden)
    for name, value in page.facts:
        line(console, Text.assemble((f"{name}: ", "bold"), value), hang=INDENT)
    if page.command:
        line(console, Text.assemble("The same run again: ", (page.command, "bold")))


def _reading(console: Console, page: Page, hidden: Mapping[str, None]) -> None:
    heading(console, "How to read it")
    for word, text in page.reading:
        if _all_hidden(page, word, hidden):
            continue
        line(console, Text.assemble((word, "bold"), f": {text}"), hang=INDENT)
    if hidden:
        line(console, Text(f"A wider terminal or Markdown also shows: {', '.join(hidden)}."))
    console.print()


def _all_hidden(page: Page, word: str, hidden: Mapping[str, None]) -> bool:
    """Whether all columns that a word explains had no room."""
    heads = {
        column.head
        for table in page.tables
        for column in table.columns
        if column.head.startswith(word)
    }
    return bool(heads) and heads <= hidden.keys()


def _table(console: Console, table: OthersTable) -> dict[str, None]:
    """Print one table; return the heads of the columns that had no room."""
    if table.title:
        line(console, Text(table.title, style="bold"))
    room = console.width - INDENT
    shown, hidden = _fitting(table.columns, room)
    names, *others = shown
    left = room - sum(_width(column) + grid.GAP for column in others)
    if left >= min(NAME, _width(names)):
        _drawn(console, shown, min(left, _width(names)))
    else:
        _below(console, names, others)
    for note in table.notes:
        line(console, Text(note, style="dim"), indent=INDENT, hang=INDENT)
    return dict.fromkeys(hidden)


def _fitting(columns: Sequence[Column], room: int) -> tuple[list[Column], list[str]]:
    """Give up columns, the least telling first, and take back what has room then."""
    names, *others = columns
    room -= min(max(NAME, room // SHARE), _width(names))
    shown = [column for column in others if column.rank <= KEPT]
    room -= sum(_width(column) + grid.GAP for column in shown)
    for column in sorted(others, key=lambda column: column.rank):
        width = _width(column) + grid.GAP
        if column.rank > KEPT and width <= room:
            shown.append(column)
            room -= width
    kept = [column for column in others if column in shown]
    return [names, *kept], [column.head for column in others if column not in shown]


def _drawn(console: Console, columns: Sequence[Column], name: int) -> None:
    table = Table(box=grid.LINE, pad_edge=False, padding=(0, grid.GAP - 1, 0, 0), show_edge=False)
    for number, column in enumerate(columns):
        heads = [str(safe(console, text)) for text in (column.head, column.unit) if text]
        width = name if not number else _width(column)
        table.add_column(
            Text("\n".join(heads), style="bold"),
            justify="left" if column.left else "right",
            no_wrap=bool(number),
            min_width=width,
            max_width=width,
            overflow="fold",
            vertical="bottom",
        )
    for cells in zip(*(column.texts for column in columns), strict=True):
        table.add_row(*(safe(console, cell) for cell in cells))
    _indented(console, table)


def _indented(console: Console, table: Table) -> None:
    from rich.padding import Padding

    console.print(Padding(table, (0, 0, 0, INDENT), expand=False))


def _below(console: Console, names: Column, others: Sequence[Column]) -> None:
    """Print each row as lines, a figure on each: for terminals that no table has room in."""
    for number, name in enumerate(names.texts):
        _folded(console, name)
        for column in others:
            cell = f"{column.texts[number]} {column.unit}".rstrip()
            line(
                console,
                Text.assemble((f"{column.head}: ", "dim"), cell),
                indent=INDENT,
                hang=INDENT,
            )


def _folded(console: Console, name: str) -> None:
    room = max(console.width, NAME)
    text = terminal.safe(console, Text(name, style="bold"))
    for part in text.wrap(console, room, overflow="fold"):
        part.rstrip()
        console.print(part)


def safe(console: Console, words: str) -> Text:
    """Return text that no terminal takes for more, as this one can write it."""
    if not console.encoding.startswith("utf"):
        words = words.translate(DIGITS)
    return terminal.safe(console, Text(words))


def _width(column: Column) -> int:
    return max(map(cell_len, [column.head, column.unit, *column.texts]))
