"""Our own claim that many streams need asyncio: up to how many threads keep up, by the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._gains import longer
from waitbench.findings._streaming import ASYNCIO, SUITE, THREADS, cases
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._streaming import Case

PLACE = 28
CLAIM = "streams-need-async"
ASKS = "With many streams at once threads fall behind, and asyncio is there for every piece."
SUITES = (SUITE,)
MANY = 100
"""Streams at once that are many: with fewer measured the claim is not supported."""


def find(summary: Summary) -> Finding:
    """Look at who is there for the pieces, with the most streams that were measured of each gap.

    A model keeps up where 99 of 100 pieces are seen within half a gap after the target sent them,
    in half of the rounds; it does not where even the best round is worse. How late the target was
    does not count. Supported where asyncio keeps up and threads do not, for every gap and at least
    100 streams; refuted where they keep up for one and for none surely do not; else conditional.
    """
    measured = [
        case
        for case in cases(summary)
        if not case.blocks
        and case.at_once > 1
        and all(case.seen(model, "behind_p99_ns") for model in (THREADS, ASYNCIO))
    ]
    if not measured:
        why = "No streams at once were measured under threads and asyncio in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    by_gap: dict[int, list[Case]] = {}
    for case in sorted(measured, key=lambda case: (case.gap_ns, case.at_once)):
        by_gap.setdefault(case.gap_ns, []).append(case)
    most = [several[-1] for several in by_gap.values()]
    verdict = decide(map(_needs, most), no_refutes=True)
    few = verdict == "supported" and max(case.at_once for case in most) < MANY
    sentences = [_sentence(several) for several in by_gap.values()]
    if few:
        verdict = "undecided"
        sentences.append(f"More of them would tell: {longer(summary, *SUITES)}.")
    elif verdict == "undecided":
        sentences.append(f"Too unsure to call: {longer(summary, *SUITES)} would narrow it.")
    kept = [case.at_once for case in measured if case.keeps_up(THREADS)]
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        reason="partly measured" if few else None,
        sentence=" ".join(sentences),
        brief=_brief(most),
        effect=float(max(kept, default=0)),
        effect_of="streams that threads keep up with",
        unit="at once",
        evidence=tuple(case.evidence(model) for case in measured for model in (THREADS, ASYNCIO)),
        conditions=tuple(
            f"{case.at_once} streams, a piece every {case.gap}" for case in most if _needs(case)
        )
        if verdict == "conditional"
        else (),
    )


def _brief(most: Sequence[Case]) -> str:
    """Return at which gaps threads keep up with the most streams: keep up with one every 20 ms."""
    words = {True: "keep up", None: "may keep up", False: "fall behind"}
    gaps: dict[str, list[str]] = {}
    for case in most:
        gaps.setdefault(words[case.keeps_up(THREADS)], []).append(case.gap)
    parts = [f"{word} with a piece every {formatting.listing(gaps[word])}" for word in gaps]
    return f"threads {'; '.join(parts)}"


def _needs(case: Case) -> bool | None:
    """Return whether these streams need asyncio; None where that is open."""
    threads, loop = case.keeps_up(THREADS), case.keeps_up(ASYNCIO)
    if threads or loop is False:
        return False
    return True if loop and threads is False else None


def _up_to(several: Sequence[Case], model: str) -> str:
    """Return with how many streams a model keeps up, in words: up to 200, fewer than 20."""
    kept = [case.at_once for case in several if case.keeps_up(model)]
    if kept:
        return f"up to {max(kept)}"
    lost = [case.at_once for case in several if case.keeps_up(model) is False]
    return f"fewer than {min(lost)}" if lost else f"perhaps {several[-1].at_once}"


def _sentence(several: Sequence[Case]) -> str:
    case = several[-1]
    behind = [
        f"{formatting.duration(seen.median)} under {model}"
        for model in (THREADS, ASYNCIO)
        if (seen := case.seen(model, "behind_p99_ns"))
    ]
    return (
        f"With a piece every {case.gap} threads keep up with {_up_to(several, THREADS)} streams,"
        f" asyncio with {_up_to(several, ASYNCIO)}: of {case.at_once}, 99 of 100 pieces are seen"
        f" within {formatting.listing(behind)} after they were sent."
    )
