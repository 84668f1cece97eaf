"""The claim that asyncio suits network requests, database queries and file operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.findings import Decision, Finding
from bench.findings._gains import interval, longer
from bench.findings._kinds import MODEL, POOLED, kinds, line_ns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.comparison import Summary
    from bench.findings._kinds import Kind, State, Try

PLACE = 47
CLAIM = "io-kinds"
ASKS = "asyncio suits network requests, database queries and file operations."
SUITES = ("storage", "io_bound")

WORDS: dict[State, str] = {
    "gain": "gains",
    "mixed": "gains in part",
    "unclear": "unclear",
    "unproven": "no certain gain",
    "none": "no gain",
    "missing": "not measured",
}
BRIEF: dict[State, str] = {
    "gain": "suits",
    "mixed": "in part",
    "unclear": "unclear for",
    "unproven": "no certain gain for",
    "none": "no gain for",
    "missing": "not measured:",
}


def find(summary: Summary) -> list[Finding]:
    """Compare asyncio with sync on requests that wait, PostgreSQL, SQLite and files.

    In each scenario the better of asyncio's forms counts. Supported where it is certainly faster
    in every scenario of every kind; refuted where it is in none, and any gain above 10 % is ruled
    out; conditional where it certainly gains in some and certainly not in others: then it is said
    for each kind, and, where a line can be drawn, how long a task must wait for it. A kind that was
    not measured is named, and supports and refutes nothing.
    """
    found = kinds(summary)
    tries = [one for kind in found for one in kind.tries]
    if not tries:
        sentence = (
            "What asyncio gains on databases and files was not measured in a way that counts: "
            f"{_command()} does it."
        )
        return [Finding(claim=CLAIM, verdict="undecided", sentence=sentence)]
    verdict = _decide(found)
    least = min((one.ratio for one in tries), key=lambda ratio: ratio.value)
    parts = (_sentence(found), _line(tries), _gaps(found, summary), _next(found, verdict, summary))
    return [
        Finding(
            claim=CLAIM,
            verdict=verdict,
            sentence=" ".join(filter(None, parts)),
            brief=_brief(found),
            effect=least.value,
            interval=interval(least),
            evidence=tuple(f"{one.scenario.name}/{one.row.model}" for one in tries),
            conditions=(*(f"{kind.name}: {WORDS[kind.state]}" for kind in found), *_ends(tries)),
        )
    ]


def _decide(found: Sequence[Kind]) -> Decision:
    if {True, False} <= {one.gains for kind in found for one in kind.tries}:
        return "conditional"
    states = {kind.state for kind in found}
    if states == {"gain"}:
        return "supported"
    return "refuted" if states == {"none"} else "undecided"


def _sentence(found: Sequence[Kind]) -> str:
    measured = [kind for kind in found if kind.tries]
    said = "; ".join(f"{kind.name} {_ratios(kind)} ({WORDS[kind.state]})" for kind in measured)
    pooled = wording.listing([kind.name for kind in measured if kind.name in POOLED])
    why = f" Behind asyncio's form for {pooled} is a pool of threads." if pooled else ""
    return f"asyncio in times as fast as sync: {said}.{why}"


def _ratios(kind: Kind) -> str:
    """Write the range where all fared alike, else each: 13.9 for wait, 0.55 for select."""
    if kind.state in {"mixed", "unclear", "unproven"} and len(kind.tries) > 1:
        return ", ".join(
            f"{wording.times(one.ratio.value)} for {_short(one)}" for one in kind.tries
        )
    values = sorted(one.ratio.value for one in kind.tries)
    return " to ".join(dict.fromkeys((wording.times(values[0]), wording.times(values[-1]))))


def _short(one: Try) -> str:
    """Name a scenario among those of its kind by its first two parameters: read rows 2,000."""
    first, *others = one.scenario.params.items()
    return " ".join((first[1], *(word for pair in others[:1] for word in pair))).replace("_", ",")


def _ends(tries: Iterable[Try]) -> tuple[str, ...]:
    """Say between which waits gaining begins, where such a line can be drawn."""
    line = line_ns(tries)
    if line is None:
        return ()
    most, least = map(wording.duration, line)
    return f"gains where a task waits {least} or longer", f"not where it waits {most} or less"


def _line(tries: Iterable[Try]) -> str:
    ends = _ends(tries)
    return f"It {', '.join(ends)}." if ends else ""


def _gaps(found: Sequence[Kind], summary: Summary) -> str:
    """Name what was not measured, with the reason where the run has one."""
    missing = [kind.name for kind in found if not kind.tries]
    if not missing:
        return ""
    here = (left for left in summary.left_out if left["suite"] in SUITES)
    reasons = dict.fromkeys(left["reason"] for left in here if left["model"] == MODEL)
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"Not measured: {wording.listing(missing)}{why}."


def _next(found: Sequence[Kind], verdict: Decision, summary: Summary) -> str:
    if verdict != "undecided":
        return ""
    if any(not kind.tries for kind in found):
        return f"{_command()} measures all of them."
    return f"That is too unsure to call: {longer(summary, *SUITES)} would narrow it."


def _brief(found: Sequence[Kind]) -> str:
    """Sort the kinds by how they fared, in one line."""
    sorted_by = {
        words: [kind.name for kind in found if kind.state == state]
        for state, words in BRIEF.items()
    }
    return "; ".join(
        f"{words} {wording.listing(names)}" for words, names in sorted_by.items() if names
    )


def _command() -> str:
    return f"`waitbench run {' '.join(SUITES)}`"
