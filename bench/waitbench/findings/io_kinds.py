"""The claim that asyncio suits network requests, database queries and file operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding, command
from waitbench.findings._distances import places
from waitbench.findings._gains import longer
from waitbench.findings._kinds import MODEL, POOLED, kinds, line_ns
from waitbench.findings._verdicts import decide, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._distances import Place
    from waitbench.findings._kinds import Kind, KindState, Try

PLACE = 47
CLAIM = "io-kinds"
ASKS = "asyncio suits network requests, database queries and file operations."
SUITES = ("storage", "io_bound")

WORDS: dict[KindState, str] = {
    "gain": "gains",
    "mixed": "gains in part",
    "unclear": "unclear",
    "unproven": "no certain gain",
    "none": "no gain",
    "missing": "not measured",
}
BRIEF: dict[KindState, str] = {
    "gain": "suits",
    "mixed": "in part",
    "unclear": "unclear for",
    "unproven": "no certain gain for",
    "none": "no gain for",
    "missing": "not measured:",
}


def find(summary: Summary) -> Finding:
    """Compare asyncio with sync on requests that wait, PostgreSQL, SQLite and files.

    In each scenario the better of asyncio's forms counts. Supported where it is certainly faster
    in every scenario of every kind; refuted where it is in none, and any gain above 10 % is ruled
    out; conditional where it certainly gains in some and certainly not in others: then it is said
    for each kind, and, where a line can be drawn, how long a task must wait for it. A kind that was
    not measured is named, and supports and refutes nothing. A database that was raced at several
    distances, behind a proxy that lengthens each round trip, is told for each of them.
    """
    every_kind, away = kinds(summary), places(summary)
    near = [attempt for kind in every_kind for attempt in kind.tries]
    tries = near + [a for place in away for a in place.kind.tries if a not in near]
    if not tries:
        why = "What asyncio gains on databases and files was not measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    answers = [attempt.gains for attempt in tries]
    verdict = decide([*answers, *(None for kind in every_kind if not kind.tries)])
    named = [(kind.name, attempt.ratio) for kind in every_kind for attempt in kind.tries]
    named += [(place.name, attempt.ratio) for place in away for attempt in place.kind.tries]
    where, least = min(named, key=lambda pair: pair[1].value)
    ends = _ends(tries)
    line = f"It {', '.join(ends)}." if ends else ""
    gaps, more = _gaps(every_kind, summary), _next(every_kind, verdict, summary)
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        reason=None if all(kind.tries for kind in every_kind) else "partly measured",
        sentence=" ".join(filter(None, (_sentence(every_kind, away), line, gaps, more))),
        brief=_brief(every_kind, away),
        effect=least.value,
        effect_of=f"the least gain ({where})",
        interval=least.interval,
        evidence=tuple(f"{attempt.scenario.name}/{attempt.row.model}" for attempt in tries),
        conditions=(
            *(f"{kind.name}: {WORDS[kind.state]}" for kind in every_kind),
            *(f"{place.name}: {WORDS[place.kind.state]}" for place in away),
            *ends,
        ),
    )


def _sentence(kinds: Sequence[Kind], away: Sequence[Place]) -> str:
    """Return how much each kind gains, and a database here and at each distance."""
    measured = [kind for kind in kinds if kind.tries]
    by_kind = "; ".join(f"{kind.name} {_ratios(kind)} ({WORDS[kind.state]})" for kind in measured)
    pooled = formatting.listing([kind.name for kind in measured if kind.name in POOLED])
    why = f" Behind asyncio's form for {pooled} is a pool of threads." if pooled else ""
    by_place = ", ".join(
        f"for {place.name} {_ratios(place.kind)} ({WORDS[place.kind.state]})" for place in away
    )
    parts = f"{by_kind}; {by_place}" if by_kind and by_place else by_kind or by_place
    return f"How many times as fast as sync asyncio is: {parts}.{why}"


def _ratios(kind: Kind) -> str:
    """Return the range where all fared alike, else each: 13.9 for wait, 0.55 for select."""
    if kind.state in {"mixed", "unclear", "unproven"} and len(kind.tries) > 1:
        return ", ".join(
            f"{formatting.times(attempt.ratio.value)} for {_short(attempt)}"
            for attempt in kind.tries
        )
    values = sorted(attempt.ratio.value for attempt in kind.tries)
    return span([formatting.times(value) for value in values])


def _short(attempt: Try) -> str:
    """Return a scenario's name among its kind, from its first two parameters: read rows 2,000."""
    first, *others = attempt.scenario.params.items()
    return " ".join((first[1], *(word for pair in others[:1] for word in pair))).replace("_", ",")


def _ends(tries: Iterable[Try]) -> tuple[str, ...]:
    """Return between which waits gaining begins, where such a line can be drawn."""
    line = line_ns(tries)
    if line is None:
        return ()
    most, least = map(formatting.duration, line)
    return f"gains where a task waits {least} or longer", f"not where it waits {most} or less"


def _gaps(kinds: Sequence[Kind], summary: Summary) -> str:
    """Return what was not measured, with the reason where the run has one."""
    missing = [kind.name for kind in kinds if not kind.tries]
    if not missing:
        return ""
    here = (left for left in summary.left_out if left["suite"] in SUITES)
    reasons = dict.fromkeys(left["reason"] for left in here if left["model"] == MODEL)
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"Not measured: {formatting.listing(missing)}{why}."


def _next(kinds: Sequence[Kind], verdict: ClaimVerdict, summary: Summary) -> str:
    if verdict != "undecided":
        return ""
    if any(not kind.tries for kind in kinds):
        return f"`{command(SUITES)}` measures all of them."
    return f"That is too unsure to call: {longer(summary, *SUITES)} would narrow it."


def _brief(kinds: Sequence[Kind], away: Sequence[Place]) -> str:
    """Return the kinds by how they fared, in one line, and from which distance a database gains."""
    gains = [p.distance_ns for p in away if p.distance_ns and p.kind.state == "gain"]
    far = [f"suits databases {formatting.duration(min(gains))} away"] if gains else []
    return "; ".join([*_by_state(kinds), *far])


def _by_state(kinds: Sequence[Kind]) -> list[str]:
    return [
        f"{words} {formatting.listing(names)}"
        for state, words in BRIEF.items()
        if (names := [kind.name for kind in kinds if kind.state == state])
    ]
