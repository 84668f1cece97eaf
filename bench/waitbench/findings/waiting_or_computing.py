"""The overall answer: which models speed waiting work up, and which pure-Python computing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._gains import computing, gains, longer, machine, waiting
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._gains import Gain

PLACE = 10
CLAIM = "waiting-or-computing"
ASKS = (
    "Work that waits gains from threads and asyncio; pure-Python computing gains from neither, "
    "only from processes."
)
SUITES = ("io_bound", "cpu_bound")
PURE_PYTHON = "compute"
"""The workload that never lets go of the interpreter; hashing, which does, is another question."""

EXPECTED = {"waiting": {"threads": "gain", "asyncio": "gain"}}
EXPECTED["computing"] = {"threads": "none", "asyncio": "none", "processes": "gain"}


def find(summary: Summary) -> Finding:
    """Weigh five clauses, of which each could have gone the other way.

    Waiting: threads and asyncio are faster than sync in every scenario that only waits.
    Pure-Python computing: processes are, while threads and asyncio are nowhere faster and a gain
    above 10 % is ruled out. All five support the claim, none refutes it, some make it conditional.
    """
    waits = gains(waiting(summary))
    sums = gains(scenario for scenario in computing(summary) if scenario.workload == PURE_PYTHON)
    clauses = _clauses("waiting", waits) + _clauses("computing", sums)
    sentences = [*_sentences("waiting work", waits), *_sentences("pure-Python computing", sums)]
    if None in clauses:
        sentences.append(_missing(summary, waits, sums))
    most = next((gain for gain in waits if gain.whole), None)
    return Finding(
        claim=CLAIM,
        verdict=decide(clauses, no_refutes=True),
        reason=None if _whole(waits, sums) else "partly measured",
        sentence=" ".join(f"{sentence[:1].upper()}{sentence[1:]}" for sentence in sentences),
        brief=_brief(waits, sums),
        effect=most.widest.value if most else None,
        effect_of=f"the most that waiting work gained ({most.model})" if most else "",
        interval=most.widest.interval if most else None,
        evidence=tuple(row for gain in (*waits, *sums) for row in gain.evidence),
        conditions=machine(summary),
    )


def _clauses(kind: str, gains: Sequence[Gain]) -> list[bool | None]:
    """Return whether each model did what is said of it; None where that is not known."""
    states = {gain.model: gain.state for gain in gains}
    return [
        {"gain": expected == "gain", "none": expected == "none", "mixed": False}.get(
            states.get(model, "unclear")
        )
        for model, expected in EXPECTED[kind].items()
    ]


def _whole(waits: Sequence[Gain], sums: Sequence[Gain]) -> bool:
    """Whether every model was measured that something is said of."""
    seen = {"waiting": waits, "computing": sums}
    return all({*EXPECTED[kind]} <= {gain.model for gain in gains} for kind, gains in seen.items())


def _sentences(kind: str, gains: Sequence[Gain]) -> list[str]:
    """Return what is known of one kind of work, and then of which models it is not."""
    gained = [gain for gain in gains if gain.faster and gain.state != "mixed"]
    mixed = [gain for gain in gains if gain.state == "mixed"]
    none = [gain for gain in gains if gain.state == "none"]
    unsure = [gain.model for gain in gains if gain.state == "unclear" and not gain.faster]
    parts = []
    if gained:
        first, *others = [f"{gain.model} ({gain.text}" for gain in gained]
        texts = [f"{first} times as fast as sync", *others]
        names = [
            f"{text}{gain.bounds}{_unsure(gain)})" for text, gain in zip(texts, gained, strict=True)
        ]
        alone = " alone" if len(gained) == 1 and len(none) == len(gains) - 1 > 0 else ""
        parts.append(f"{kind} gains from {formatting.listing(names)}{alone}")
    if none:
        start = "not" if gained else f"{kind} gains nothing"
        parts.append(f"{start} from {formatting.listing(_with_texts(none), 'or')}")
    if mixed:
        start = "" if parts else f"{kind} gains "
        parts.append(f"{start}in some cases only from {formatting.listing(_with_texts(mixed))}")
    sentences = [f"{', '.join(parts)}."] if parts else []
    if unsure:
        sentences.append(
            f"whether {kind} gains from {formatting.listing(unsure, 'or')} is undecided."
        )
    return sentences


def _brief(waits: Sequence[Gain], sums: Sequence[Gain]) -> str | None:
    """Return who gains, without figures; None where one kind of work was not measured."""
    if not (waits and sums):
        return None
    parts = [_gained("waiting", waits), _gained("pure-Python computing", sums)]
    if all(gain.state == "unclear" for gain in (*waits, *sums)):
        return "What gains is unsure"
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def _gained(kind: str, gains: Sequence[Gain]) -> str:
    """Return what a kind of work gains from; nothing only where that is sure of every model."""
    sure = [gain.model for gain in gains if gain.state == "gain"]
    mixed = [gain.model for gain in gains if gain.state == "mixed"]
    unsure = [gain.model for gain in gains if gain.state == "unclear"]
    if unsure and not (sure or mixed):
        return f"whether {kind} gains from {formatting.listing(unsure, 'or')} is unsure"
    if mixed and not sure:
        return f"{kind} gains in some cases only from {formatting.listing(mixed)}"
    text = f"{kind} gains from {formatting.listing(sure) or 'nothing'}"
    return f"{text} (unsure: {formatting.listing(unsure)})" if unsure else text


def _with_texts(gains: Sequence[Gain]) -> list[str]:
    return [f"{gain.model} ({gain.text}{gain.bounds})" for gain in gains]


def _unsure(gain: Gain) -> str:
    """Return in how many scenarios the gain is certain, where that is not all of them."""
    many = len(gain.ratios)
    return "" if gain.faster == many else f"; certain in {gain.faster} of {many} scenarios"


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
        return f"To be certain: {longer(summary, *SUITES)}."
    return f"Not every model took part that the claim is about: {both}"
