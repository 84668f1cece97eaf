"""The claim that queues, locks and semaphores coordinate coroutines and avoid races."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._gains import sound
from waitbench.findings._operations import MODEL, OTHERS, among, costs, straight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.measured import Metric

PLACE = 75
CLAIM = "coordination"
ASKS = "Locks, semaphores and queues keep coroutines from undoing each other's work."
SUITES = ("coordination",)

FIGURES = frozenset({"operations", "operation_ns", "lost", "most_at_once"})
PROMISES = {
    "lock": "a lock lets no update be lost",
    "semaphore": "a semaphore keeps to its bound",
    "queue": "a queue gives its token to one at a time",
}
"""By tool: what it has to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One tool that several wanted at once.

    Attributes:
        scenario: where.
        tool: which; `none` is what happens without.
        places: how many may have it at once.
        seen: what was seen of the coroutines.
    """

    scenario: Comparison
    tool: str
    places: int
    seen: Mapping[str, Metric]

    @property
    def lost(self) -> int:
        """Updates lost in the middle round."""
        return round(self.seen["lost"].median)

    @property
    def operations(self) -> int:
        """Updates made in a round."""
        return round(self.seen["operations"].median)

    @property
    def most(self) -> int:
        """Most who ever had it at once, over all rounds."""
        return round(self.seen["most_at_once"].most)

    @property
    def tried(self) -> bool:
        """Whether there was something to prevent: without it updates are lost; its bound is met."""
        if self.tool == "none":
            return self.lost > 0
        return self.seen["most_at_once"].median >= self.places

    @property
    def holds(self) -> bool:
        """Whether it kept its promise in every round."""
        if self.tool == "semaphore":
            return self.most <= self.places
        return self.seen["lost"].most == 0 and self.most <= self.places


def find(summary: Summary) -> Finding:
    """Look for updates lost without a lock, and for any lost, or too many at once, with each tool.

    Every promise is judged over all rounds: no update lost under a lock or a queue's token, never
    more at once than a semaphore has places. Supported where all three hold, refuted where none
    does, conditional where some do; undecided where it was not measured, or there was nothing to
    prevent: no update was lost without a lock, or a semaphore's places were never all taken.
    """
    scenarios = summary.suites.get(SUITES[0], [])
    contests = {contest.tool: contest for contest in map(_contest, scenarios) if contest}
    bare = contests.get("none")
    tools = [contests[tool] for tool in PROMISES if tool in contests]
    if bare is None or len(tools) < len(PROMISES):
        why = (
            "Coroutines without and with a lock, a semaphore and a queue were not all watched "
            "in a way that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = _decide(bare, tools)
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(
            [_sentence(bare, tools, verdict), *straight(scenarios), *costs(scenarios)]
        ),
        brief=_brief(bare, contests["lock"], contests["semaphore"]),
        effect=bare.lost / bare.operations,
        effect_of="updates lost without a lock",
        unit="share",
        evidence=tuple(
            f"{contest.scenario.name}/{model}"
            for contest in (bare, *tools)
            for model in (MODEL, *OTHERS)
            if contest.scenario.row(model)
        ),
        conditions=tuple(
            f"{PROMISES[contest.tool]}: {'held' if contest.holds else 'broken'}"
            for contest in tools
        )
        if verdict == "conditional"
        else (),
    )


def _contest(scenario: Comparison) -> Contest | None:
    row = sound(scenario, MODEL)
    if row is None or not set(row.measured.metrics) >= FIGURES or scenario.tasks == 1:
        return None
    return Contest(
        scenario=scenario,
        tool=scenario.params.get("tool", "lock"),
        places=int(scenario.params.get("places", "1")),
        seen=row.measured.metrics,
    )


def _decide(bare: Contest, tools: Sequence[Contest]) -> ClaimVerdict:
    kept = [contest.holds for contest in tools]
    if not any(kept):
        return "refuted"
    if not all(kept):
        return "conditional"
    return "supported" if bare.tried and all(contest.tried for contest in tools) else "undecided"


def _sentence(bare: Contest, tools: Sequence[Contest], verdict: ClaimVerdict) -> str:
    crowd = f"{bare.scenario.tasks} coroutines that share a number"
    parts = [
        f"without a lock {bare.lost} of {bare.operations} updates were lost{among(bare.scenario)}"
    ]
    for contest in tools:
        if contest.tool == "semaphore":
            parts.append(f"a semaphore of {contest.places} let at most {contest.most} in at once")
        else:
            lost = round(contest.seen["lost"].most)
            parts.append(f"with a {contest.tool} {lost or 'none'} were lost")
    if verdict == "undecided":
        untried = formatting.listing(
            [
                "no update was lost without a lock"
                if contest is bare
                else f"the {contest.tool} was never fully taken"
                for contest in (bare, *tools)
                if not contest.tried
            ]
        )
        parts.append(f"but there was nothing to prevent ({untried}): `waitbench run coordination`")
    return f"Of {crowd}: {'; '.join(parts)}."


def _brief(bare: Contest, lock: Contest, semaphore: Contest) -> str:
    return (
        f"with a lock {round(lock.seen['lost'].most)} of {bare.operations}; a semaphore of "
        f"{semaphore.places} lets in at most {semaphore.most}"
    )
