"""The claim that calling an async function creates a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import took
from waitbench.findings._verdicts import span, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.measured import Metric
    from waitbench.analysis.row import Row

PLACE = 62
CLAIM = "calling-makes-a-task"
ASKS = "Calling an async function creates a task: it begins to run without being awaited."
SUITES = ("calling",)

CALLED, AWAITED, SCHEDULED = "called", "awaited", "scheduled"
FIGURES = ("calls", "tasks_made", "ran_when_called", "ran_before_await", "ran_at_all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What became of the coroutines of one contestant.

    Attributes:
        row: its row.
        calls: how many were called in a round.
        least: of those, in the round with the fewest: how many became tasks or ran unawaited.
        most: the same in the round with the most.
    """

    row: Row
    calls: int
    least: int
    most: int

    @classmethod
    def of(cls, row: Row) -> Calls | None:
        """Return the calls of a row, if it has their figures and counts."""
        seen: Mapping[str, Metric] = row.measured.metrics
        if not row.sound or not set(FIGURES) <= set(seen):
            return None
        made, ran = seen["tasks_made"], seen["ran_before_await"]
        return cls(
            row=row,
            calls=round(seen["calls"].median),
            least=round(max(made.least, ran.least)),
            most=round(max(made.most, ran.most)),
        )

    @property
    def all(self) -> bool:
        """Whether every call in every round became a task or ran unawaited."""
        return self.least == self.calls

    @property
    def none(self) -> bool:
        """Whether no call in any round did."""
        return self.most == 0


def find(summary: Summary) -> Finding:
    """Count the coroutines that became tasks by being called, or ran before they were awaited.

    Those given to create_task show that the count would see it. Supported where every bare call in
    every round became a task or ran unawaited, refuted where none did, conditional where some did;
    undecided where it was not measured, or where not even create_task was seen to make tasks.
    """
    watched = next(filter(None, map(_calls, summary.suites.get(SUITES[0], []))), None)
    if watched is None:
        why = (
            "Coroutines that are called, awaited and scheduled were not all watched in a way "
            "that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES)
    scenario, called, awaited, scheduled = watched
    verdict, gain = _decide(called, awaited, scheduled), scheduled.row.ratio
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=_sentence(verdict, called, awaited, scheduled),
        brief=(
            f"of {called.calls} calls {called.most} ran unawaited; given to create_task, "
            f"{scheduled.least} of {scheduled.calls}"
        ),
        effect=gain.value if gain else None,
        effect_of="as tasks, beside being awaited one after the other",
        interval=gain.interval if gain else None,
        evidence=tuple(
            f"{scenario.name}/{calls.row.model}" for calls in (called, awaited, scheduled)
        ),
        conditions=tuple(
            f"{way.row.model}: {_range(way)} of {formatting.count(way.calls, 'call')}"
            for way in (called, awaited)
            if verdict == "conditional"
        ),
    )


def _calls(scenario: Comparison) -> tuple[Comparison, Calls, Calls, Calls] | None:
    rows = [scenario.row(name) for name in (CALLED, AWAITED, SCHEDULED)]
    called, awaited, scheduled = (Calls.of(row) if row else None for row in rows)
    if called is None or awaited is None or scheduled is None:
        return None
    return scenario, called, awaited, scheduled


def _decide(called: Calls, awaited: Calls, scheduled: Calls) -> ClaimVerdict:
    if not scheduled.all:
        return "undecided"
    if called.none and awaited.none:
        return "refuted"
    return "supported" if called.all and awaited.all else "conditional"


def _sentence(verdict: ClaimVerdict, called: Calls, awaited: Calls, scheduled: Calls) -> str:
    if verdict == "undecided":
        return (
            f"Of {scheduled.calls} coroutines given to create_task only {scheduled.least} were "
            "seen to run before they were awaited, so those that were only called prove nothing: "
            "`waitbench run calling` measures it again."
        )
    bare = (
        f"Of {called.calls} coroutines that were called and left alone while the loop was free, "
        f"{_range(called)} ran or became tasks"
    )
    other = (
        f"of those that were awaited later, {_range(awaited)} before their await, and of those "
        f"given to create_task, all {scheduled.calls}"
    )
    return f"{bare}; {other}. {_walls(awaited.row, scheduled.row)}"


def _walls(awaited: Row, scheduled: Row) -> str:
    sentence = (
        f"A pause and then two of them, awaited one after the other, took {took(awaited)}; as "
        f"tasks, which ran during the pause, {took(scheduled)}"
    )
    if scheduled.ratio is None:
        return f"{sentence}."
    return f"{sentence}: {with_interval(scheduled.ratio)} times as fast."


def _range(calls: Calls) -> str:
    if calls.none or calls.all:
        return "none" if calls.none else "all"
    return span([f"{calls.least}", f"{calls.most}"])
