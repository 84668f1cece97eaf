"""One contestant's figures in one scenario: the facts that every table and finding is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.typical_round import Typical
    from waitbench.perfmodel.bottleneck import Bound
    from waitbench.perfmodel.roofline import Crossover
    from waitbench.results.load_step import Step
    from waitbench.stats.estimates import Estimate, Walls
    from waitbench.stats.verdicts import Verdict


INSTRUMENTS = ("target-bound", "generator-bound")
"""Bounds that are ours, and say nothing of who was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A figure that the workload itself gave for each round, over the timed rounds.

    Attributes:
        median: over the rounds, in the unit that its name carries; else a count.
        least: in any round.
        most: in any round.
        rounds: how many rounds have it.
    """

    median: float
    least: float
    most: float
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contestant of one scenario. A figure is None where it was not measured.

    Attributes:
        model: its name.
        kind: the model that it ran as; its name, unless the race varied something else.
        control: whether it is there only to tell what a difference is due to: it cannot win.
        width: tasks that it really had under way at once.
        wall: wall of a round in nanoseconds.
        walls: walls of its timed rounds in nanoseconds, by launch and block.
        tasks_per_s: tasks in a second, at that wall.
        ratio: times faster than the baseline, paired within blocks; None for the baseline itself.
        verdict: on that ratio, corrected over all rows of its family of suites.
        p50_ns: median wall of one task, as its caller saw it.
        p99_ns: the wall that one task in a hundred exceeds; None below a hundred tasks.
        cpu: CPU of a task, client and children, in nanoseconds.
        parts: mean nanoseconds of a task in each of `PHASES`, from the start of the round to its
            end; empty where there was no target to tell.
        roofline_ns: least wall that its own CPU and the wait allow; None where nothing waits.
        crossover: C*, where it can have several tasks under way and they wait.
        memory_bytes: median over launches of peak memory with children.
        efficiency: the ideal wall as a share of the measured one.
        startup_ns: median over launches of starting pools, sessions and loops.
        bound: what held it back; None without a timed round.
        rounds: how many rounds are timed.
        disturbed: how many ran beside other work, timed or left out.
        left_out: how many of those are no times, because an undisturbed one stands beside them.
        failed_rounds: how many had errors, and are no times.
        errors: tasks that failed in those.
        error: the first of their messages.
        launches: fresh processes that it was measured in.
        failure: why it did not finish; None if it did.
        notes: what the reader of the row must know.
        seen: by name, what the workload saw in its rounds beyond their times; mostly empty.
        typical: its round of the median wall from inside; None where that has too many tasks.
        quantiles: pairs of a share and the wall of a task in nanoseconds that it does not exceed.
        steps: of a server, what it did at each rate that was tried; else empty.
        luck: spread of launches over all ratios of its family, which steadies every comparison of
            it; None where there are too few of them, one launch, or many.
    """

    model: str
    kind: str
    control: bool
    width: int
    wall: Estimate | None
    walls: Walls
    tasks_per_s: float | None
    ratio: Estimate | None
    verdict: Verdict | None
    p50_ns: float | None
    p99_ns: float | None
    cpu: Estimate | None
    parts: Mapping[str, float]
    roofline_ns: float | None
    crossover: Crossover | None
    memory_bytes: float | None
    efficiency: float | None
    startup_ns: float | None
    bound: Bound | None
    rounds: int
    disturbed: int
    left_out: int
    failed_rounds: int
    errors: int
    error: str | None
    launches: int
    failure: str | None
    notes: tuple[str, ...]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    luck: estimates.LaunchVariance | None = None
    typical: Typical | None = None
    quantiles: tuple[tuple[float, int], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether a finding may lean on it: it has a time, and no instrument of ours made it."""
        return self.wall is not None and self.bound not in INSTRUMENTS

    @property
    def rival(self) -> bool:
        """Whether it may win: it is sound and more than a control."""
        return self.sound and not self.control

    @property
    def cpu_ns(self) -> float | None:
        """CPU of a task in nanoseconds, without its interval."""
        return self.cpu.value if self.cpu else None

    @property
    def ran(self) -> int:
        """Rounds without errors, those that were left out included."""
        return self.rounds + self.left_out


def compare(
    row: Row,
    other: Row,
    *,
    confidence: float = estimates.CONFIDENCE,
) -> Estimate | None:
    """How many times faster `one` was than `other`, paired directly within their common blocks."""
    pair = estimates.paired_ratio(other.walls, row.walls, confidence=confidence)
    return estimates.moderated(pair, row.luck)
