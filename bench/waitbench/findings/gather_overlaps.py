"""The claim that gather and TaskGroup overlap what they are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import longer, sound, took, wall_ns
from waitbench.findings._verdicts import above, below, span, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 60
CLAIM = "gather-overlaps"
ASKS = (
    "Coroutines given to gather or a TaskGroup wait at the same time: together they take about as "
    "long as the longest wait, not the sum."
)
SUITES = ("gather",)

WAYS = {
    "asyncio_tasks": "create_task",
    "asyncio_gather": "gather",
    "asyncio_taskgroup": "TaskGroup",
    "asyncio_as_completed": "as_completed",
}
"""By model: what people call it."""
CLAIMED = ("asyncio_gather", "asyncio_taskgroup")
"""The two that the claim is about; the others are told beside them."""
OVERLAPPED = 0.5
"""Waits are overlapped where it is certainly over half as fast as the longest wait would allow."""
IN_TURN = 1.25
"""They are not where it is certainly less than a quarter faster than one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in one scenario: how many times faster than one by one, of how many at best."""

    scenario: Comparison
    row: Row
    ratio: Estimate

    @property
    def best(self) -> float:
        """The sum of the waits over the longest: all are alike, so it is their number."""
        return float(self.scenario.tasks)

    @property
    def overlaps(self) -> bool | None:
        """Whether the waits certainly overlapped; certainly not; or None, which is open."""
        enough = OVERLAPPED * self.best
        if above(self.ratio, enough):
            return True
        return False if below(self.ratio, max(IN_TURN, enough)) else None

    @property
    def nothing(self) -> bool:
        """Whether it certainly gained next to nothing."""
        return below(self.ratio, IN_TURN) is True


def find(summary: Summary) -> Finding:
    """Compare each way with the same coroutines awaited one by one, wherever all may wait at once.

    The waits of a scenario are alike, so their sum is N times the longest, and N times faster is
    the most there is. Supported where gather and TaskGroup are certainly over half as fast as that
    in every scenario, refuted where they certainly gain less than a quarter in all, conditional
    where they overlap in some scenarios or in part.
    """
    ways = [way for scenario in summary.suites.get(SUITES[0], []) for way in _ways(scenario)]
    claimed = [way for way in ways if way.row.kind in CLAIMED]
    if {way.row.kind for way in claimed} != set(CLAIMED):
        why = "gather, TaskGroup and awaiting one by one were not all measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = _decide(claimed)
    least = min(claimed, key=lambda way: way.ratio.value / way.best)
    most = max(claimed, key=lambda way: way.best)
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=_sentence(ways, verdict, longer(summary, *SUITES)),
        brief=(
            f"{most.scenario.tasks} waits took {took(most.row)}, {took(_serial(most.scenario))} "
            "one by one"
        ),
        effect=least.ratio.value,
        effect_of=f"the least gain ({least.row.model})",
        interval=least.ratio.interval,
        evidence=tuple(f"{way.scenario.name}/{way.row.model}" for way in ways),
        conditions=_conditions(claimed) if verdict == "conditional" else (),
    )


def _ways(scenario: Comparison) -> list[Way]:
    if not sound(scenario, scenario.baseline) or scenario.waits_ns <= 0 or scenario.tasks < 2:  # noqa: PLR2004  one overlaps nothing
        return []
    return [
        Way(scenario=scenario, row=row, ratio=row.ratio)
        for row in scenario.rows
        if row.kind in WAYS and row.sound and row.ratio and row.width >= scenario.tasks
    ]


def _decide(claimed: Sequence[Way]) -> ClaimVerdict:
    overlaps = [way.overlaps for way in claimed]
    if all(overlaps):
        return "supported"
    if all(way.nothing for way in claimed):
        return "refuted"
    return "undecided" if None in overlaps else "conditional"


def _sentence(ways: Sequence[Way], verdict: ClaimVerdict, command: str) -> str:
    widest = max(ways, key=lambda way: way.best).scenario
    shown = [way for way in ways if way.scenario is widest]
    walls = [took(row) for row in sorted((way.row for way in shown), key=wall_ns)]
    work = formatting.work(widest.workload, widest.tasks, widest.waits_ns)
    total = widest.tasks * widest.waits_ns
    names = formatting.listing([WAYS[way.row.kind] for way in shown])
    sentence = (
        f"{work} took {took(_serial(widest))} awaited one by one (the waits add up to "
        f"{formatting.duration(total)}) and {span(walls)} through {names} (the longest wait is "
        f"{formatting.duration(widest.waits_ns)})"
    )
    least = min(ways, key=lambda way: way.ratio.value / way.best)
    limit = (
        f"{with_interval(least.ratio)} times as fast, of {least.scenario.tasks} at best, with "
        f"{WAYS[least.row.kind]} in {least.scenario.name}"
    )
    if verdict == "undecided":
        return f"{sentence}; too unsure to call is {limit}: {command} would narrow it."
    return f"{sentence}. The least that was gained anywhere: {limit}."


def _conditions(claimed: Sequence[Way]) -> tuple[str, ...]:
    return tuple(
        f"{way.scenario.name}, {WAYS[way.row.kind]}: {with_interval(way.ratio)} times as fast, of "
        f"{way.scenario.tasks} at best"
        for way in sorted(claimed, key=lambda way: way.ratio.value / way.best)
    )


def _serial(scenario: Comparison) -> Row | None:
    return scenario.row(scenario.baseline or "")
