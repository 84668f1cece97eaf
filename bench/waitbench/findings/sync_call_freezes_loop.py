"""The claim that a synchronous call inside a coroutine freezes the whole loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._blocking import DIRECT, NAMES, NATIVE, NOTHING, SUITE, cases
from waitbench.findings._gains import longer
from waitbench.findings._verdicts import decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._blocking import Case, LoopState

PLACE = 65
CLAIM = "sync-call-freezes-loop"
ASKS = (
    "A synchronous call inside a coroutine freezes the whole loop: every other task stands still "
    "for as long as the call takes."
)
SUITES = (SUITE,)
FREEZES: dict[LoopState | None, bool | None] = {"still": True, "free": False, "unclear": None}


def find(summary: Summary) -> Finding:
    """Look at how much of the calls' time the loop stood still, for each kind of call.

    A heartbeat is due on the loop every millisecond; the loop stood still while a beat was overdue.
    A call froze it where that was at least half of the call's time even in the best round, and did
    not where it was at most a quarter in half of the rounds. Supported where every call froze it,
    refuted where none did, conditional where some did.
    """
    measured = [case for case in cases(summary) if case.call != NOTHING and case.state(DIRECT)]
    if not measured:
        why = "No coroutine with a call that blocks was measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = decide(FREEZES[case.state(DIRECT)] for case in measured)
    least = min(measured, key=lambda case: case.median(DIRECT, "stood_share"))
    share = least.seen(DIRECT, "stood_share")
    assert share is not None
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(_sentences(measured, verdict, longer(summary, *SUITES))),
        brief=_brief(measured),
        effect=share.median,
        effect_of="share of the calls' time that the loop stood still",
        interval=(share.least, share.most),
        unit="share",
        evidence=tuple(case.evidence(DIRECT) for case in measured),
        conditions=tuple(case.stood(DIRECT) for case in measured)
        if verdict == "conditional"
        else (),
    )


def _sentences(cases: Sequence[Case], verdict: ClaimVerdict, command: str) -> list[str]:
    sentences = []
    single = [case for case in cases if case.calls == 1]
    if single:
        parts = [_standstill(case, NAMES[case.call]) for case in single]
        sentences.append(
            f"One call on the loop made every other task wait {formatting.listing(parts)}."
        )
    several = [case for case in cases if case.calls > 1]
    if several:
        parts = [_standstill(case, f"{case.calls}") for case in several]
        still = all(case.state(DIRECT) == "still" for case in several)
        start = "Calls add up: it was" if still else "With several calls it was"
        sentences.append(f"{start} {formatting.listing(parts)}.")
    sentences += _throughput(cases)
    if verdict == "undecided":
        sentences.append(f"Some of it is too unsure to call: {command} would narrow it.")
    return sentences


def _throughput(cases: Sequence[Case]) -> list[str]:
    """Return how much sooner the same tasks were done without blocking, by the share that did."""
    parts = []
    for case in sorted(cases, key=lambda case: case.calls / case.scenario.tasks):
        row = case.row(NATIVE)
        if case.call == "sleep" and row and row.ratio:
            who = f"{case.calls} of {case.scenario.tasks}"
            parts.append(f"{with_interval(row.ratio)} times where {who} block")
    if not parts:
        return []
    return [f"With asyncio.sleep in its place the same tasks are done faster: {'; '.join(parts)}."]


def _brief(cases: Sequence[Case]) -> str:
    froze = sum(case.state(DIRECT) == "still" for case in cases)
    return f"the loop froze in {froze} of {formatting.count(len(cases), 'scenario')}"


def _standstill(case: Case, calls: str) -> str:
    length = formatting.duration(case.median(DIRECT, "call_p50_ns"))
    return f"{case.standstill(DIRECT)} for {calls} of {length}"
