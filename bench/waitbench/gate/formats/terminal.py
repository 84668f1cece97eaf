"""A gate's outcome for the screen: a sentence, a table, what to type next."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from waitbench.gate import sentences
from waitbench.gate.worktrees import SIDES
from waitbench.parsing.invocation import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.gate.outcome import Outcome, Result

SUFFIX = "txt"
STYLES = {
    "slower": "bold red",
    "dearer": "bold red",
    "failed": "bold red",
    "undecided": "yellow",
    "faster": "green",
    "new": "cyan",
    "base cannot run it": "cyan",
    "vanished": "yellow",
    "same": "",
    "same code": "",
}
ALIKE = ("same", "same code")
WIDEST_NAME = 40
"""Columns that a name may have before it is folded."""
BESIDE_NAME = 78
"""Columns that everything else takes; where there are fewer, the walls are left out."""
LEAST_NAME, WIDEST_VERDICT = 12, 24
"""Columns of a name and of a verdict where there are few."""
GAP = 2
"""Columns between two columns of the table."""
FOLDED = 12
"""More benchmarks than that are the same in one line, not in a row each."""


def render(outcome: Outcome) -> str:
    """Return the outcome as plain text, 100 columns wide."""
    import io

    from rich.console import Console

    text = io.StringIO()
    console = Console(file=text, width=100, force_terminal=False)
    console.print(sentences.headline(outcome), markup=False)
    show(outcome, console, method=True)
    return text.getvalue()


def show(outcome: Outcome, console: Console, *, method: bool, folds: bool = True) -> None:
    """Print the outcome without its headline, as wide as the terminal is.

    Args:
        outcome: what was found.
        console: where to.
        method: whether it is told how the verdicts were reached.
        folds: whether many that are the same are only counted.
    """
    from rich.table import Table
    from rich.text import Text

    console.print(Text(f"base {outcome.base}\nhead {outcome.head}"))
    console.print()
    shown, folded = _fold(outcome) if folds else (sentences.arranged(outcome), [])
    longest = max((len(result.name) for result in shown), default=0)
    verdicts = [sentences.verdict(result) for result in shown]
    widest = min(WIDEST_VERDICT, max(map(len, verdicts), default=0))
    wide = console.width - longest >= BESIDE_NAME
    figures = _figures(shown, wide=wide)
    beside = sum(GAP + max(map(len, column)) for column in figures) + GAP + widest
    room = console.width - beside
    most = WIDEST_NAME if wide else max(LEAST_NAME, min(WIDEST_NAME, room))
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, GAP, 0, 0))
    table.add_column("benchmark", overflow="fold", min_width=min(most, longest))
    for head, *_ in figures:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("verdict", min_width=widest, max_width=None if wide else widest)
    for number, (result, word) in enumerate(zip(shown, verdicts, strict=True), 1):
        verdict = Text(word, style=STYLES[result.verdict])
        cells = [column[number] for column in figures]
        table.add_row(Text(broken(result.name, most)), *cells, verdict)
    if shown:
        console.print(table)
    if folded:
        console.print(Text(f"and {sentences.alike(folded)}", style="dim"))
    for result in shown:
        for note in sentences.lines(result):
            console.print(Text(_indented(f"  {result.name}: {note}", console.width)))
    if method or outcome.notes:
        console.print()
    if method:
        reached = f"{sentences.counts(outcome)}. {sentences.method(outcome)}"
        console.print(Text(reached, style="dim"))
    for note in outcome.notes:
        console.print(Text(_indented(f"Note: {typed(note)}.", console.width), style="yellow"))


def _figures(shown: Sequence[Result], *, wide: bool) -> list[list[str]]:
    """Return the columns of figures, each with its head and a cell for each result."""
    walls = [sentences.walls(result) for result in shown]
    columns = [
        ["change [99 %]", *map(sentences.change, shown)],
        *(
            [name, *(sentences.figure(result, name) for result in shown)]
            for name in sentences.figures_of(shown)
        ),
        ["pairs", *(str(result.pairs or "") for result in shown)],
    ]
    sides = [[side, *(wall[place] for wall in walls)] for place, side in enumerate(SIDES)]
    return [*sides, *columns] if wide else columns


def broken(name: str, width: int) -> str:
    """Return a name in lines of so many columns, broken behind `::`, `_`, `/` or `.` if it must be.

    A part that is longer than a line stays whole: the table folds it.
    """
    lines = [""]
    for part in re.split(r"(?<=::)|(?<=[_/.])", name):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _indented(text: str, width: int) -> str:
    """Return a text whose further lines begin four columns to the right."""
    first = "  " if text.startswith(" ") else ""
    return "\n".join(
        textwrap.wrap(
            text.strip(),
            width,
            initial_indent=first,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def _fold(outcome: Outcome) -> tuple[list[Result], list[Result]]:
    """Split the results into those shown in a row and those that are only counted."""
    rows = sentences.arranged(outcome)
    same = [result for result in rows if result.verdict in ALIKE and not result.notes]
    if len(rows) <= FOLDED or len(same) < 2:  # noqa: PLR2004  one alone is shown
        return rows, []
    return [result for result in rows if result not in same], same
