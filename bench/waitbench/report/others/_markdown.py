"""A page of others' figures as GitHub's Markdown: it fits a comment, and names what did not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from waitbench.presentation import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.report.others.page import OthersTable, Page

MOST = 64_000
"""Bytes of a page: a comment on GitHub takes 65,536 characters."""
NOTE = 200
"""Bytes that are kept free for the line on rows that had no room."""
TICKS = re.compile("`+")


def render(page: Page) -> str:
    """Write the page; names of others are code, so that they can be nothing but text."""
    alerts = [f"> - {markdown.text(alert)}" for alert in page.alerts]
    head = [f"# {markdown.text(page.title)}"]
    head += ["\n".join(["> [!WARNING]", *alerts])] if alerts else []
    head += _named(page.runs)
    tail: list[str] = []
    for title, sentences in page.notes:
        tail += [f"## {markdown.text(title)}", markdown.bullets(sentences)]
    tail += ["## How to read it", *_named(page.reading)]
    facts = [f"| {markdown.text(name)} | {markdown.text(value)} |" for name, value in page.facts]
    tail += ["\n".join(["| | |", "| --- | --- |", *facts])] if facts else []
    if page.command:
        tail.append(f"The same run again:\n\n```sh\n{page.command}\n```")
    tail = _within(tail, MOST // 3)
    room = MOST - sum(len(part.encode()) + 2 for part in [*head, *tail])
    return "\n\n".join([*head, *_tables(page.tables, room), *tail]) + "\n"


def _named(lines: Sequence[tuple[str, str]]) -> list[str]:
    """Write words with what they are as a list; nothing for none."""
    items = [f"- **{markdown.text(word)}**: {markdown.text(text)}" for word, text in lines]
    return ["\n".join(items)] if items else []


def code(name: str) -> str:
    """Write a name as code: no mathematics, no emoji, no mention, and its spaces are kept."""
    line = "".join(sign if sign.isprintable() else " " for sign in name)
    most = max(map(len, TICKS.findall(line)), default=0)
    fence = "`" * (most + 1)
    space = " " if line[:1] in {"`", " "} or line[-1:] in {"`", " "} or not line.strip() else ""
    return f"{fence}{space}{line}{space}{fence}".replace("|", r"\|")


def _tables(tables: Sequence[OthersTable], room: int) -> list[str]:
    """Write as many rows as there is room for; a line says how many there was none for."""
    parts: list[str] = []
    lost, room = 0, room - NOTE
    for table in tables:
        head, rows = _lines(table)
        room -= sum(len(text.encode()) + 2 for text in head)
        kept = []
        for row in rows:
            room -= len(row.encode()) + 1
            if room < 0:
                break
            kept.append(row)
        lost += len(rows) - len(kept)
        if kept:
            parts += [*head[:-1], "\n".join([head[-1], *kept])]
            parts.append(markdown.bullets(table.notes))
    if lost:
        parts.append(
            f"> {lost:,} more row{'' if lost == 1 else 's'} had no room in {MOST // 1000} kB; "
            "`--format csv` has them all."
        )
    return [part for part in parts if part]


def _lines(table: OthersTable) -> tuple[list[str], list[str]]:
    text = markdown.table(table.columns).splitlines()
    names, *others = table.columns
    rows = [
        f"| {' | '.join([code(name), *map(markdown.text, cells)])} |"
        for name, *cells in zip(names.texts, *(column.texts for column in others), strict=True)
    ]
    title = [f"### {code(table.title)}"] if table.title else []
    return [*title, "\n".join(text[:2])], rows


def _within(parts: Sequence[str], most: int) -> list[str]:
    """Cut the longest parts, line by line, until all fit."""
    kept = list(parts)
    while sum(len(part.encode()) for part in kept) > most:
        place = max(range(len(kept)), key=lambda number: len(kept[number]))
        lines = kept[place].splitlines()
        half = max(len(lines) // 2, 1)
        more = len(lines) - half
        kept[place] = (
            "\n".join([*lines[:half], f"- and {more:,} more"]) if more else lines[0][: most // 4]
        )
    return kept
