"""The table of claims, for both formats: verdict, effect with its interval, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from waitbench import formatting
from waitbench.presentation import grid, terminal
from waitbench.presentation import markdown as _markup
from waitbench.presentation.columns import NOTHING, Column
from waitbench.report.answers import REASONS, because, effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from waitbench.findings import Finding
    from waitbench.report.answers import Answer

BRIEF = 110
"""Signs that say why: two lines of a narrow terminal."""
VERDICT = 13
"""Signs of the longest verdict, and a gap."""
UNSURE = 80
"""The same where a command follows."""
LEGEND = {
    "conditional": "true in some of what was measured and not in the rest",
    "undecided": "open for the reason that is given; what follows it would decide it",
    "not measured": "no row of this run speaks to it; what is named measures it",
}
ALL = "`waitbench run --full` measures {}."
MORE = "`waitbench explain CLAIM` shows the evidence, the method and the commands to repeat it."


def columns(answers: Sequence[Answer], *, sentences: bool = True) -> list[Column]:
    """Build the table: claim, verdict, effect, why.

    Args:
        answers: a row each.
        sentences: whether a claim is its sentence, with its id behind; else the id alone.
    """
    asks = tuple(answer.claim.asks for answer in answers)
    figures = tuple(effect(answer.alone) or NOTHING for answer in answers)
    ids = tuple(answer.claim.id for answer in answers)
    table = [
        Column(head="verdict", unit="", cells=tuple(answer.word for answer in answers), left=True),
        Column(head="effect", unit="[interval]", cells=figures, left=True, wraps=True),
        Column(head="why", unit="", cells=tuple(map(why, answers)), left=True, wraps=True),
    ]
    if not sentences:
        return [Column(head="claim", unit="", cells=ids, left=True), *table]
    claim = Column(head="claim", unit="", cells=asks, left=True, wraps=True)
    return [claim, *table, Column(head="id", unit="", cells=ids, left=True)]


def why(answer: Answer) -> str:
    """Return a short line on why the verdict is what it is, or what would decide it."""
    reason = answer.brief or ""
    if not reason and answer.findings:
        reason = answer.findings[0].sentence.partition(". ")[0].rstrip(".")
    if answer.command is None:
        return formatting.shortened(reason, BRIEF)
    if not answer.measured:
        return f"`{answer.command}` measures it"
    why = f"{REASONS[answer.reason]}: " if answer.reason else ""
    return f"{why}{formatting.shortened(reason, UNSURE - len(why))}; `{answer.command}`"


def legend(answers: Sequence[Answer]) -> list[str]:
    """Return what the words in the table mean, and where there is more."""
    words = {answer.word for answer in answers}
    lines = [f"{word}: {text}." for word, text in LEGEND.items() if word in words]
    if words <= {"undecided", "not measured"}:
        lines.insert(0, "These results decide none of the claims.")
    if any(answer.command and not answer.measured for answer in answers):
        lines.append(_all(answers))
    return [*lines, MORE]


def _all(answers: Sequence[Answer]) -> str:
    """Return what measures the claims that this run does not speak to.

    Those that compare interpreters need those that they are about, which a run may not have.
    """
    across = [answer.claim.id for answer in answers if answer.claim.across and not answer.measured]
    return ALL.format(f"all but {formatting.listing(across)}" if across else "them all")


def unmeasured(answers: Sequence[Answer], *, main: bool) -> list[str]:
    """List the claims that this run does not speak to, and the commands that measure them.

    Who ran one suite for its own question needs no list of the others: `main` is False.
    """
    sentence = unmeasured_in_brief(answers, main=main)
    by_command = _by_command(answers)
    if not main or not by_command:
        return [sentence] if sentence else []
    lines = [f"`{command}`: {formatting.listing(ids)}" for command, ids in by_command.items()]
    return [f"{_not_measured(by_command)}. {_all(answers)} One by one:", *lines]


def unmeasured_in_brief(answers: Sequence[Answer], *, main: bool) -> str:
    """Count the claims that this run does not speak to; empty where there are none."""
    if not (by_command := _by_command(answers)):
        return ""
    every = f". {_all(answers)}" if main else "; `waitbench claims` names them."
    return f"{_not_measured(by_command)}{every}"


def _by_command(answers: Sequence[Answer]) -> dict[str, list[str]]:
    by_command: dict[str, list[str]] = {}
    for answer in answers:
        if answer.command and not answer.measured:
            by_command.setdefault(answer.command, []).append(answer.claim.id)
    return by_command


def _not_measured(by_command: Mapping[str, Sequence[str]]) -> str:
    many = sum(map(len, by_command.values()))
    return f"Not measured here: {formatting.count(many, 'claim')}"


def show(console: Console, answers: Sequence[Answer]) -> None:
    """Print each claim as a sentence beside its verdict; below, what it turns on, and its id."""
    room = max((len(answer.word) for answer in answers), default=0) + grid.GAP
    for answer in answers:
        style = f"bold {grid.DECISIONS.get(answer.word, 'yellow')}"
        asks = Text.assemble((f"{answer.word:<{room}}", style), answer.claim.asks)
        terminal.line(console, asks, hang=room)
        parts = [formatting.begun(part) for part in (effect(answer.alone), why(answer))]
        reason = Text(f"{'. '.join(filter(None, parts))}  ({answer.claim.id})", style="dim")
        terminal.line(console, reason, indent=room)
    console.print()
    for text in legend(answers):
        terminal.line(console, Text(text, style="dim"), hang=terminal.INDENT)
    console.print()


def show_in_full(console: Console, answers: Sequence[Answer], findings: Sequence[Finding]) -> None:
    """Print each claim as a sentence beside its verdict; below, all that was found, and its id."""
    asks = {answer.claim.id: answer.claim.asks for answer in answers}
    for finding in findings:
        style = f"bold {grid.DECISIONS.get(finding.verdict, 'yellow')}"
        verdict = (f"{finding.verdict:<{VERDICT}}", style)
        claim = Text.assemble(verdict, asks.get(finding.claim, ""))
        terminal.line(console, claim, hang=VERDICT)
        why = because(finding).removeprefix(", ")
        text = f"{formatting.begun(why)}. {finding.sentence}" if why else finding.sentence
        reason = Text.assemble(text, (f"  ({finding.claim})", "dim"))
        terminal.line(console, reason, indent=VERDICT)
        console.print()


def markdown(answers: Sequence[Answer]) -> list[str]:
    """Write the table and its legend as parts of a page."""
    return [_markup.table(columns(answers)), _markup.bullets(legend(answers))]
