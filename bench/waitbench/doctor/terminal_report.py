"""An examination on a terminal: a sentence, the findings with their lines, the cost."""

from __future__ import annotations

import linecache
from typing import TYPE_CHECKING

from rich.text import Text

from waitbench import formatting
from waitbench.doctor.advice import advice, headline
from waitbench.doctor.closing import verdict
from waitbench.doctor.source_lines import shown
from waitbench.formatting import duration
from waitbench.presentation import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.doctor.findings import Examination, Finding, SourceLine

INDENT = 4
MOST = 10
"""So many findings are shown, then a count."""


def show(  # noqa: PLR0913 - what is shown of it
    console: Console,
    examination: Examination,
    *,
    title: str,
    failed: str = "",
    ending: Sequence[str] = (),
    whole: bool = True,
) -> None:
    """Print an examination in the console's width.

    Args:
        console: where to.
        examination: what was found.
        title: what was examined.
        failed: why the program itself ended early; empty if it did not.
        ending: sentences on how the program ended, if not by itself.
        whole: whether everything is told: every finding, and each note with its advice.
    """
    terminal.heading(console, title)
    colour = "green" if examination.healthy and not failed else "red"
    terminal.line(console, Text(verdict(examination, failed), style=f"bold {colour}"))
    for sentence in (*ending, *(cost(examination) if whole else ())):
        terminal.line(console, Text(sentence))
    findings, notes = examination.findings, examination.notes
    for number, finding in enumerate(findings if whole else findings[:MOST], 1):
        console.print()
        _finding(console, f"{number:>2}. ", finding)
    if not whole and len(findings) > MOST:
        more = formatting.count(len(findings) - MOST, "more finding")
        console.print()
        terminal.line(console, Text(f"and {more}; -v shows all"))
    if notes:
        console.print()
        counted = formatting.count(len(notes), "note")
        terminal.line(console, Text(f"{counted}, no fault of the program:"))
        for finding in notes:
            if whole:
                console.print()
            _finding(console, "  - ", finding, whole=whole)


def cost(examination: Examination) -> list[str]:
    """Return sentences on what the loop could not do, and how late it was."""
    unwatched = [f"{clause[0].upper()}{clause[1:]}." for clause in examination.unwatched]
    if not examination.ran_ns:
        return ["No event loop ran in this process.", *unwatched]
    loop = {"asyncio": "asyncio's loop"}.get(examination.loop, examination.loop)
    ran = f"{_sentence(loop)} ran for {duration(examination.ran_ns)}"
    share, threshold = f"{examination.held_share * 100:.1f} %", duration(examination.threshold_ns)
    ran += f" on Python {examination.python}, and for {share} of it could serve nobody"
    lines = [f"{ran} (holds above {threshold})."]
    if examination.lag:
        lag = examination.lag
        lines.append(
            f"Its lag: p50 {duration(lag.p50_ns)}, p99 {duration(lag.p99_ns)}, "
            f"at most {duration(lag.max_ns)}."
        )
    return [*lines, *unwatched]


def _finding(console: Console, mark: str, finding: Finding, *, whole: bool = True) -> None:
    terminal.line(console, Text(mark + _sentence(headline(finding)), style="bold"), hang=INDENT)
    if not whole:
        return
    if finding.place:
        _place(console, "", finding.place)
    if finding.coroutine:
        _place(console, "called by ", finding.coroutine)
    if finding.process:
        text = f"in the child process {finding.process}"
        terminal.line(console, Text(text, style="dim"), indent=INDENT, hang=2)
    if finding.inside:
        which = {
            "collection": "it came due at",
            "pool": "its threads were in",
            "expired": "held at",
        }.get(finding.kind, "innermost:")
        inside = f"{which} {finding.inside.function}, {shown(finding.inside)}"
        terminal.line(console, Text(inside, style="dim"), indent=INDENT, hang=2)
    terminal.line(console, Text(advice(finding)), indent=INDENT)


def _place(console: Console, before: str, place: SourceLine) -> None:
    where = f"{before}{shown(place)}, in {place.function}"
    terminal.line(console, Text(where, style="cyan"), indent=INDENT, hang=2)
    if code := linecache.getline(place.file, place.line).strip():
        terminal.line(console, Text(code, style="dim"), indent=INDENT + 2, hang=2)


def _sentence(text: str) -> str:
    """Return a text with a capital first, unless it begins with a name."""
    first = text.partition(" ")[0]
    return text[0].upper() + text[1:] if first in {"the", "a", "an", "while"} else text
