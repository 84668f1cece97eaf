"""The overall answer: which models speed waiting work up, and which pure-Python computing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.comparison import cores
from bench.findings import Decision, Finding
from bench.findings._gains import computing, gains, interval, longer, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Summary
    from bench.findings._gains import Gain

PLACE = 10
CLAIM = "waiting-or-computing"
PURE_PYTHON = "compute"
"""The workload that never lets go of the interpreter; hashing, which does, is another question."""

EXPECTED = {"waiting": {"threads": "gain", "asyncio": "gain"}}
EXPECTED["computing"] = {"threads": "none", "asyncio": "none", "processes": "gain"}


def find(summary: Summary) -> list[Finding]:
    """Weigh five clauses; each comes from the intervals and could have gone the other way."""
    waits = gains(waiting(summary))
    sums = gains(one for one in computing(summary) if one.workload == PURE_PYTHON)
    clauses = _clauses("waiting", waits) + _clauses("computing", sums)
    parts = [_sentence("Waiting work", waits), _sentence("pure-Python computing", sums)]
    sentence = "; ".join(part for part in parts if part)
    sentence = f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
    if None in clauses:
        sentence += f"{' ' * bool(sentence)}{_missing(summary, waits, sums)}"
    widest = waits[0].widest if waits else None
    return [
        Finding(
            claim=CLAIM,
            verdict=_decide(clauses),
            sentence=sentence,
            effect=widest.value if widest else None,
            interval=interval(widest),
            evidence=tuple(row for gain in (*waits, *sums) for row in gain.evidence),
            conditions=_conditions(summary),
        )
    ]


def _clauses(kind: str, found: Sequence[Gain]) -> list[bool | None]:
    """Whether each model did what is said of it; None where that is not known."""
    states = {gain.model: gain.state for gain in found}
    return [
        {"gain": expected == "gain", "none": expected == "none", "mixed": False}.get(
            states.get(model, "unclear")
        )
        for model, expected in EXPECTED[kind].items()
    ]


def _decide(clauses: Sequence[bool | None]) -> Decision:
    if all(clauses):
        return "supported"
    if False in clauses:
        return "conditional" if True in clauses else "refuted"
    return "undecided"


def _sentence(kind: str, found: Sequence[Gain]) -> str:
    if not found:
        return ""
    gained = [gain for gain in found if gain.state == "gain"]
    none = [gain for gain in found if gain.state == "none"]
    parts = []
    if gained:
        first, *others = [f"{gain.model} ({gain.text}" for gain in gained]
        names = [f"{first} times as fast as sync)", *(f"{other})" for other in others)]
        alone = " alone" if len(gained) == 1 and len(none) == len(found) - 1 > 0 else ""
        parts.append(f"{kind} gains from {wording.listing(names)}{alone}")
    if none:
        names = [f"{gain.model} ({gain.text})" for gain in none]
        start = "not" if gained else f"{kind} gains nothing"
        parts.append(f"{start} from {wording.listing(names, 'or')}")
    for state, start, says in (
        ("mixed", f"{kind} gains ", "in some cases only from"),
        ("unclear", f"{kind}: ", "undecided for"),
    ):
        doubtful = [f"{gain.model} ({gain.text})" for gain in found if gain.state == state]
        if doubtful:
            parts.append(f"{'' if parts else start}{says} {wording.listing(doubtful)}")
    return ", ".join(parts)


def _missing(summary: Summary, waits: Sequence[Gain], sums: Sequence[Gain]) -> str:
    both = "`waitbench run` measures both."
    if not waits and not sums:
        return (
            f"Neither waiting nor computing was measured against sync in a way that counts: {both}"
        )
    if not waits or not sums:
        kind = "waiting" if not waits else "pure-Python computing"
        return f"No {kind} was measured that counts: {both}"
    if "unclear" in {gain.state for gain in (*waits, *sums)}:
        return f"That is too unsure to call: {longer(summary)} would narrow it."
    return f"Not every model took part that the claim is about: {both}"


def _conditions(summary: Summary) -> tuple[str, ...]:
    gil = summary.environment.get("gil")
    lock = () if gil is None else ("with the GIL" if gil else "without the GIL",)
    return (wording.count(round(cores(summary.environment)), "core"), *lock)
