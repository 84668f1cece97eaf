"""The claim that asyncio runs no code faster: it only wastes less time waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._gains import serial, sound, waiting
from waitbench.findings._verdicts import LIMIT, above, below, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 22
CLAIM = "efficient-not-faster"
ASKS = "asyncio takes as much CPU for a request as before; what it saves is time spent waiting."
SUITES = ("io_bound",)
MODEL = "asyncio"
MOSTLY = 0.9
"""What is saved is waiting if no more than a tenth of it is CPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Asyncio with many at once, beside the same client with one at a time, in one scenario.

    Attributes:
        scenario: where.
        many: asyncio.
        alone: the same loop and library, one request at a time.
        cpu: times the CPU of `many` that a request takes with `alone`.
        wall: times faster that `many` is.
    """

    scenario: Comparison
    many: Row
    alone: Row
    cpu: Estimate
    wall: Estimate

    @property
    def as_dear(self) -> bool | None:
        """Whether a request surely costs about as much CPU; None where that is open."""
        return below(self.cpu, LIMIT)

    @property
    def waited_less(self) -> bool | None:
        """Whether the round is surely shorter, and what it saved is waiting."""
        shorter = above(self.wall, LIMIT)
        return self.waiting_share >= MOSTLY if shorter else shorter

    @property
    def waiting_share(self) -> float:
        """Share of the saved wall that is not CPU of the client."""
        assert self.alone.wall and self.many.wall  # noqa: PT018 - both rows are sound
        saved_ns = self.alone.wall.value - self.many.wall.value
        cpu_ns = ((self.alone.cpu_ns or 0) - (self.many.cpu_ns or 0)) * self.scenario.tasks
        return 1 - cpu_ns / saved_ns if saved_ns > 0 else 0.0


def find(summary: Summary) -> Finding:
    """Set asyncio beside the same client one request at a time, wherever requests wait.

    The claim has two halves. A request costs about as much CPU as before where a saving above 10 %
    is ruled out. The wait is what is saved where the round is surely shorter and at most a tenth of
    the difference is CPU. Both everywhere support it; no second half refutes it; else it depends.
    CPU is the client's own, with its children; that of the target is not in it.
    """
    pairs = [pair for scenario in waiting(summary) if (pair := _pair(summary, scenario))]
    if not pairs:
        why = "asyncio was not measured with one request at a time beside many in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    telling = max(pairs, key=lambda pair: pair.cpu.value)
    return Finding(
        claim=CLAIM,
        verdict=_decide(pairs),
        sentence=f"{_sentence(telling)}{_with_more(summary, telling)}",
        brief=(
            f"the whole round is {formatting.times(telling.wall.value)} times shorter, and "
            f"{formatting.percent(telling.waiting_share)} of what it saves is waiting"
        ),
        effect=telling.cpu.value,
        effect_of=f"a request, {telling.scenario.concurrency} at once against one at a time",
        interval=telling.cpu.interval,
        unit="times less CPU",
        evidence=tuple(
            f"{pair.scenario.name}/{row.model}" for pair in pairs for row in (pair.many, pair.alone)
        ),
        conditions=tuple(map(_condition, pairs)),
    )


def _pair(summary: Summary, scenario: Comparison) -> Pair | None:
    many, alone = sound(scenario, MODEL), serial(scenario)
    if not (many and alone):
        return None
    cpu = times_the_cpu(alone, many)
    wall = compare(many, alone, confidence=summary.methods.confidence)
    if cpu is None or wall is None:
        return None
    return Pair(scenario=scenario, many=many, alone=alone, cpu=cpu, wall=wall)


def _decide(pairs: Sequence[Pair]) -> ClaimVerdict:
    dear, waited = [pair.as_dear for pair in pairs], [pair.waited_less for pair in pairs]
    if all(dear) and all(waited):
        return "supported"
    if all(answer is False for answer in waited):
        return "refuted"
    return "conditional" if False in (*dear, *waited) and True in waited else "undecided"


def _sentence(pair: Pair) -> str:
    scenario, many, alone = pair.scenario, pair.many, pair.alone
    assert many.wall and alone.wall and many.cpu_ns and alone.cpu_ns  # noqa: PT018 - as above
    work = formatting.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    share = formatting.percent(max(pair.waiting_share, 0))
    sentence = (
        f"{work} took {formatting.duration(many.wall.value)} with {scenario.concurrency} at "
        "once and "
        f"{formatting.duration(alone.wall.value)} one at a time, by the same client; "
        f"{share} of what "
        f"was saved is waiting. A request took {formatting.duration(many.cpu_ns)} of CPU at "
        "once and "
        f"{formatting.duration(alone.cpu_ns)} one at a time: {with_interval(pair.cpu)} "
        "times as much"
    )
    sync = sound(scenario, scenario.baseline)
    beside = ""
    if sync and sync.cpu_ns:
        beside = f" ({sync.model}, with its own library: {formatting.duration(sync.cpu_ns)})"
    more = {
        True: "so no code ran faster",
        False: "so more at once also makes a request cheaper",
        None: "which leaves open whether a request became cheaper",
    }[pair.as_dear]
    return f"{sentence}{beside}, {more}."


def _with_more(summary: Summary, pair: Pair) -> str:
    """Return what a request cost with the most at once of the same wait."""
    wait = pair.scenario.workload, pair.scenario.waits_ns
    most = max(
        (
            scenario
            for scenario in waiting(summary)
            if (scenario.workload, scenario.waits_ns) == wait
        ),
        key=lambda scenario: scenario.concurrency,
    )
    row = sound(most, MODEL)
    if most.concurrency <= pair.scenario.concurrency or not (row and row.cpu_ns):
        return ""
    return f" With {most.concurrency} at once it took {formatting.duration(row.cpu_ns)}."


def _condition(pair: Pair) -> str:
    scenario = pair.scenario
    wait = formatting.duration(scenario.waits_ns)
    return (
        f"{scenario.concurrency} at once of {wait}: wall {with_interval(pair.wall)} times shorter, "
        f"CPU {with_interval(pair.cpu)} times less"
    )
