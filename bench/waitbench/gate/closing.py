"""The last screen of a gate: the verdict, how sure it is, the machine, what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate import sentences
from waitbench.gate.decision import FEWEST_PAIRS
from waitbench.gate.outcome import BASE_INTERPRETER
from waitbench.presentation import last_screen
from waitbench.presentation.last_screen import NEXT, SAVED, SURE, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.outcome import Outcome, Result

MOSTLY = 0.5
"""Share of disturbed rounds above which that is why something stayed undecided."""
NAMED = 3
"""So many benchmarks are named, then a count."""


def lines(outcome: Outcome, *, written: Sequence[str] = (), following: str = "") -> list[Line]:
    """Return the answer of a gate, a line for each thing that a reader asks.

    Args:
        outcome: what was found.
        written: files that it was written to.
        following: what to type next, with about how long it takes.
    """
    return [
        Line(word="Verdict", text=sentences.headline(outcome)),
        Line(word="Of all", text=sentences.counts(outcome)),
        Line(word="Open", text=_open(outcome)),
        Line(word=SURE, text=_sure(outcome)),
        last_screen.machine(outcome.environment, _base_python(outcome), _disturbance(outcome)),
        Line(word=SAVED, text=", ".join(written), whole=True),
        Line(word=NEXT, text=following),
    ]


def brief(outcome: Outcome) -> str:
    """Return the verdict in a line, with why it is none where that is the machine."""
    why = _busy_in(outcome) if outcome.of("undecided") else ""
    return f"{sentences.headline(outcome)}{f' Why: {why}.' if why else ''}"


def first(outcome: Outcome) -> Result | None:
    """Return what to look at first: what is most slower, or failed, or is most undecided."""
    rows = sentences.arranged(outcome)
    looked = [row for row in rows if row.verdict in {"slower", "dearer", "failed", "undecided"}]
    return looked[0] if looked else None


def busy(outcome: Outcome) -> float:
    """Return the share of rounds beside which other work ran, 0 to 1."""
    rounds = [each for row in outcome.rows.values() for each in row.rounds]
    return sum(each.disturbed for each in rounds) / len(rounds) if rounds else 0.0


def _open(outcome: Outcome) -> str:
    """Return what stayed undecided, and why."""
    names = [result.name for result in outcome.of("undecided")]
    if not names:
        return ""
    why = f"undecided because {reason}: " if (reason := _busy_in(outcome)) else ""
    return f"{why}{formatting.listing(formatting.shortlist(names, NAMED))}"


def _busy_in(outcome: Outcome) -> str:
    """Return that the machine was busy, where it was in most rounds."""
    share = busy(outcome)
    return (
        f"the machine was busy in {formatting.percent(share)} of rounds" if share > MOSTLY else ""
    )


def _sure(outcome: Outcome) -> str:
    pairs = [result.pairs for result in outcome.results if result.pairs]
    if outcome.method or not pairs:
        return outcome.method or outcome.counting
    span = f"{sentences.span(pairs)} of processes"
    if max(pairs) < FEWEST_PAIRS:
        return f"nothing yet: {span}, of {FEWEST_PAIRS} that a verdict needs"
    return f"intervals of 99 % over {span}; a false alarm in at most 1 % of gates"


def _base_python(outcome: Outcome) -> str:
    """Return what base ran under, where that is another interpreter than head's."""
    head, base = outcome.environment, outcome.environment.get(BASE_INTERPRETER) or {}
    python, build = last_screen.python(base), last_screen.build(base)
    if base.get("gil") == head.get("gil"):
        python = python.partition(", ")[0]
    same = build == last_screen.build(head)
    return f"base under {', '.join(filter(None, [python, '' if same else build]))}" * bool(python)


def _disturbance(outcome: Outcome) -> str:
    if not outcome.rows:
        return ""
    share = busy(outcome)
    beside = f"other work ran beside {formatting.percent(share)} of the rounds"
    return beside if share else "undisturbed"
