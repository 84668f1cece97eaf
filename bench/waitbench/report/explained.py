"""One claim on a terminal: what it says, the verdict, the rows under it, and how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from waitbench import formatting
from waitbench.findings import repeated
from waitbench.presentation import grid, terminal
from waitbench.presentation.columns import NOTHING
from waitbench.presentation.terminal import INDENT, heading, line
from waitbench.report import evidence, methods, prose, suites, tables
from waitbench.report.answers import because, effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.report.answers import Answer

FULL = "waitbench run --full"
MOST = 12
"""So many conditions are named; the rest is counted."""


def show(console: Console, answer: Answer, summary: Summary) -> None:
    """Print the claim, its verdict, evidence, method and the commands that make it again."""
    heading(console, answer.claim.id)
    _fact(console, "claim", answer.claim.asks)
    style = f"bold {grid.DECISIONS.get(answer.verdict, 'yellow')}"
    line(console, Text.assemble(("verdict: ", "bold"), (answer.word, style), because(answer)))
    _sentences(console, answer)
    _figures(console, answer)
    for note in prose.left_out(summary, answer.claim.suites):
        line(console, Text(note, style="yellow"), hang=INDENT)
    console.print()
    pairs = evidence.rows(answer, summary)
    if pairs:
        _rows(console, pairs)
    heading(console, "Method")
    _fact(console, "how it is judged", answer.claim.method)
    _fact(console, "how it was measured", methods.methods(summary))
    console.print()
    _again(console, answer, summary)


def _sentences(console: Console, answer: Answer) -> None:
    """Print the sentence, or the count of verdicts and then each scenario's."""
    if not answer.findings:
        line(console, Text("Nothing in these results speaks to it."), indent=INDENT)
    elif answer.alone:
        line(console, Text(answer.alone.sentence), indent=INDENT)
    else:
        line(console, Text(f"{answer.brief}."), indent=INDENT)
        for finding in answer.findings:
            text = f"{finding.verdict}{because(finding)}: {finding.scenario}: {finding.sentence}"
            line(console, Text(text), indent=INDENT, hang=INDENT)


def _figures(console: Console, answer: Answer) -> None:
    finding = answer.alone
    if finding is None:
        return
    if figure := effect(finding):
        _fact(console, "effect", figure)
    if finding.conditions:
        _fact(console, "conditions", "; ".join(formatting.shortlist(finding.conditions, MOST)))


def _fact(console: Console, name: str, text: str) -> None:
    line(console, Text.assemble((f"{name}: ", "bold"), text), hang=INDENT)


def _rows(console: Console, pairs: Sequence[tuple[Comparison, Row]]) -> None:
    """Print the rows by scenario under one head, then metrics that had no room beside them."""
    heading(console, "Evidence")
    room, hidden = console.width - INDENT, []
    for columns in evidence.tables(pairs, room):
        widths = grid.fitting([columns], room)
        hidden += [column.head for column in columns if column.head not in widths]
        header = True
        for scenario, rows in evidence.groups(pairs):
            table = [column.only(*rows) for column in columns]
            if all(set(column.cells) == {NOTHING} for column in table[1:]):
                continue
            head = (scenario.name, "bold"), "  ", (tables.title(scenario), "dim")
            line(console, Text.assemble(*head), hang=INDENT)
            terminal.table(console, table, widths, header=header)
            header = False
        console.print()
    if hidden:
        line(console, Text(f"A wider terminal also shows: {', '.join(hidden)}.", style="dim"))
        console.print()


def _again(console: Console, answer: Answer, summary: Summary) -> None:
    heading(console, "Commands that repeat it")
    commands = {answer.claim.command: "what decides this claim"}
    if answer.command and answer.command not in commands:
        commands = {answer.command: "what would decide it", **commands}
    if not answer.claim.across:
        commands[repeated(FULL, summary.options.get("python"))] = "every claim"
    commands[f"waitbench explain {answer.claim.id} {suites.file(summary)}"] = "this page"
    for command, text in commands.items():
        line(console, Text.assemble((command, "bold"), f"  {text}"), hang=INDENT)
