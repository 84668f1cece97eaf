"""A page of others' figures as one LaTeX document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.presentation import tex
from waitbench.presentation.columns import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.report.others.page import OthersTable, Page

DRAWN = "course"
"""Columns that are drawn with signs, which no usual font of LaTeX has."""
ROOM = 60
"""So many characters of figures fit on a line beside the names."""


def render(page: Page) -> str:
    """Write the document; text of the file is escaped, so that it can only be text."""
    parts = [tex.PREAMBLE, rf"\title{{{tex.text(page.title)}}}", r"\author{}\date{}"]
    parts += [r"\begin{document}", r"\maketitle", tex.bullets(page.alerts)]
    parts.append(tex.bullets(f"{word}: {text}" for word, text in page.runs))
    for number, table in enumerate(page.tables, 1):
        parts.append(_table(table, number, page.title))
        parts.append(tex.bullets(table.notes))
    for title, sentences in page.notes:
        parts += [rf"\section*{{{tex.text(title)}}}", tex.bullets(sentences)]
    parts += [r"\section*{How to read it}"]
    parts.append(tex.bullets(f"{word}: {text}" for word, text in page.reading))
    columns = [
        Column(head="what", unit="", cells=tuple(name for name, _ in page.facts), left=True),
        Column(
            head="is", unit="", cells=tuple(fact for _, fact in page.facts), left=True, wraps=True
        ),
    ]
    if page.facts:
        says = ("The machine and the software.", "environment")
        parts.append(_small(tex.table(columns, [("", len(page.facts))], says)))
    if page.command:
        parts.append(rf"The same run again:\\ \texttt{{{tex.text(page.command)}}}")
    return "\n\n".join(filter(None, [*parts, r"\end{document}"])) + "\n"


def _table(table: OthersTable, number: int, title: str) -> str:
    first, *others = (column for column in table.columns if not column.head.startswith(DRAWN))
    names = replace(first, wraps=True)
    parts = []
    for part, columns in enumerate(_pieces(others), 1):
        says = (f"{table.title or title}.", f"benchmarks-{number}-{part}")
        parts.append(_small(tex.table([names, *columns], [("", len(first.cells))], says)))
    return "\n\n".join(parts)


def _pieces(columns: Sequence[Column]) -> list[list[Column]]:
    """Share columns out over tables no wider than a page, beside names that wrap."""
    pieces: list[list[Column]] = [[]]
    room = ROOM
    for column in columns:
        width = max(map(len, [column.head, column.unit, *column.texts])) + tex.GAP
        if pieces[-1] and width > room:
            pieces.append([])
            room = ROOM
        pieces[-1].append(column)
        room -= width
    return pieces


def _small(table: str) -> str:
    return f"{{\\footnotesize\n{table}\n}}"
