"""What one contestant did in one scenario, from its own rounds alone: nothing is compared yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.typical_round import Typical
    from waitbench.perfmodel.bottleneck import Bound
    from waitbench.results.load_step import LoadStep
    from waitbench.stats.estimates import Estimate

WallOf = Literal["round", "latency", "rate"]
INSTRUMENTS = ("target-bound", "generator-bound")
"""Bounds that are ours, and say nothing of who was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
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
class Measured:
    """The figures of one contestant; None or empty for what was not measured.

    Attributes:
        model: its name.
        kind: the model that it ran as; its name, unless the race varied something else.
        control: whether it is there only to tell what a difference is due to: it cannot win.
        width: tasks that it really had under way at once.
        wall: wall of a round in nanoseconds, or what stands in its place: see `wall_of`.
        wall_of: `round`; of servers, the mean `latency` of a request, or nanoseconds a request at a
            `rate` that was reached.
        walls: walls of its timed rounds in nanoseconds, by launch and block.
        tasks_per_s: tasks in a second, at that wall.
        p50_ns: median wall of one task, as its caller saw it.
        p99_ns: the wall that one task in a hundred exceeds; None below a hundred tasks.
        cpu: CPU of a task, client and children, in nanoseconds.
        core_wait: share of the walls of its timed rounds in which its only thread stood ready
            without a core, 0 to 1; None where nobody knows, or several threads do the work.
        phases: mean nanoseconds of a task in each of `PHASES`, from the start of the round to its
            end; empty where there was no target to tell.
        memory_bytes: median over launches of peak memory with children.
        startup_ns: median over launches of starting pools, sessions and loops.
        bound: what held it back; None without a timed round.
        early: whether that was a target that answered sooner than it was asked to.
        rounds: how many rounds are timed.
        disturbed: how many ran beside other work, timed or left out.
        left_out: how many of those are no times, because an undisturbed one stands beside them.
        failed_rounds: how many had errors, and are no times.
        errors: tasks that failed in those.
        error: the first of their messages.
        launches: fresh processes that it was measured in.
        failure: why it did not finish; None if it did.
        notes: what the reader of the row must know.
        metrics: by name, what the workload counted in its rounds beyond their times; mostly empty.
        steps: of a server, what it did at each rate that was tried; else empty.
        typical: its round of the median wall from inside; None where that has too many tasks.
        by_machine: its figures on each machine, where several measured it; all others here, but for
            `walls` and counts, are then those of the first, since times of two are never pooled.
        machines: the machine of each launch, where there are several.
        quantiles: pairs of a share and the wall of a task in nanoseconds that it does not exceed.
        build: what its interpreter is called, where several raced; else empty.
        state: what that said of itself after the last round; empty where it was not asked.
        warm_ns: of each launch, walls of the rounds that it was warmed up by until they got no
            faster; mostly empty.
    """

    model: str
    kind: str
    control: bool = False
    width: int
    wall: Estimate | None
    wall_of: WallOf = "round"
    walls: Mapping[tuple[int, int], tuple[float, ...]] = field(default_factory=dict)
    tasks_per_s: float | None
    p50_ns: float | None = None
    p99_ns: float | None = None
    cpu: Estimate | None = None
    cpus: Mapping[tuple[int, int], tuple[float, ...]] = field(default_factory=dict)
    core_wait: float | None = None
    phases: Mapping[str, float] = field(default_factory=dict)
    memory_bytes: float | None = None
    startup_ns: float | None = None
    bound: Bound | None = None
    early: bool = False
    rounds: int
    disturbed: int = 0
    left_out: int = 0
    failed_rounds: int = 0
    errors: int = 0
    error: str | None = None
    launches: int
    failure: str | None = None
    notes: tuple[str, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    steps: tuple[LoadStep, ...] = ()
    typical: Typical | None = None
    by_machine: Mapping[str, Measured] = field(default_factory=dict)
    machines: Mapping[int, str] = field(default_factory=dict)
    quantiles: tuple[tuple[float, int], ...] = ()
    build: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    warm_ns: tuple[tuple[int, ...], ...] = ()

    @property
    def without_gil(self) -> bool:
        """Whether it ran, to its last round, without the GIL."""
        return self.state.get("gil") is False

    @property
    def sound(self) -> bool:
        """Whether a finding may lean on it: it has a time, and no instrument of ours made it."""
        return self.wall is not None and self.bound not in INSTRUMENTS

    @property
    def held_back(self) -> bool:
        """Whether its time is a bound: the target added to it, so the true one is shorter."""
        return self.wall is not None and self.bound == "target-bound" and not self.early

    @property
    def ran(self) -> int:
        """Rounds without errors, those that were left out included."""
        return self.rounds + self.left_out
