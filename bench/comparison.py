"""The facts that findings and reports are made of: rows, by scenario, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench import stats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bench.bottleneck import Bound
    from bench.stats import Estimate
    from bench.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contestant of one scenario. A figure is None where it was not measured.

    Attributes:
        model: its name.
        width: tasks that it really had under way at once.
        wall: wall of a round in nanoseconds.
        walls: walls of its timed rounds in nanoseconds, by launch and block.
        tasks_per_s: tasks in a second, at that wall.
        ratio: times faster than the baseline, paired within blocks; None for the baseline itself.
        verdict: on that ratio, corrected over all rows of the run.
        p50_ns: median wall of one task, as its caller saw it.
        p99_ns: the wall that one task in a hundred exceeds; None below a hundred tasks.
        cpu_ns: median CPU of a task, client and children, in nanoseconds.
        memory_bytes: median over launches of peak memory with children.
        efficiency: the ideal wall as a share of the measured one.
        startup_ns: median over launches of starting pools, sessions and loops.
        bound: what held it back; None without a timed round.
        rounds: how many rounds are timed.
        failed_rounds: how many had errors, and are no times.
        errors: tasks that failed in those.
        error: the first of their messages.
        launches: fresh processes that it was measured in.
        failure: why it did not finish; None if it did.
        notes: what the reader of the row must know.
    """

    model: str
    width: int
    wall: Estimate | None
    walls: Mapping[tuple[int, int], tuple[float, ...]]
    tasks_per_s: float | None
    ratio: Estimate | None
    verdict: Verdict | None
    p50_ns: float | None
    p99_ns: float | None
    cpu_ns: float | None
    memory_bytes: float | None
    efficiency: float | None
    startup_ns: float | None
    bound: Bound | None
    rounds: int
    failed_rounds: int
    errors: int
    error: str | None
    launches: int
    failure: str | None
    notes: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether a finding may lean on it: it has a time, and the target did not make it."""
        return self.wall is not None and self.bound != "target-bound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One scenario with its rows, in the order of the file.

    Attributes:
        name: the scenario's name.
        suite: the suite that it belongs to.
        workload: what a task is.
        params: what the workload was told.
        tasks: N, tasks in a round.
        concurrency: C, how many at once.
        waits_ns: mean wait of a task in nanoseconds.
        computes: whether a task needs the CPU for itself.
        ideal_ns: least wall that the wait and the cores allow.
        baseline: model that the ratios are against; None where it has no time.
        rows: the contestants.
    """

    name: str
    suite: str
    workload: str
    params: Mapping[str, str]
    tasks: int
    concurrency: int
    waits_ns: float
    computes: bool
    ideal_ns: float
    baseline: str | None
    rows: tuple[Row, ...]

    def row(self, model: str) -> Row | None:
        """Give the row of one model, if it took part."""
        return next((row for row in self.rows if row.model == model), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """How the figures came about: counts, inference, correction, seed.

    Attributes:
        rounds: timed rounds in the run.
        failed_rounds: rounds with errors, counted and not timed.
        launches: most launches that any contestant had.
        blocks: most blocks that any contestant had, over its launches.
        comparisons: rows with a ratio, over which the verdicts are corrected.
        confidence: of every interval, as a share.
        margin: of the verdict `same`, as a share.
        luck: spread of launches over all ratios of the run, which steadies each; None where there
            are too few of them, or one launch.
        seed: of the order; None where the file does not say.
    """

    rounds: int
    failed_rounds: int
    launches: int
    blocks: int
    comparisons: int
    confidence: float
    margin: float
    luck: stats.Luck | None
    seed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that findings and reports are made of.

    Attributes:
        path: the results file.
        scenarios: the scenarios, in the order of the file.
        methods: how the figures came about.
        environment: the machine and interpreter, as recorded.
        target: what the target was; None where none took part.
        overhead: what the harness itself cost; None where it was not measured.
        warnings: what made this a poor place to measure: `text` and `advice`.
        interrupted: whether the run was stopped before its end.
        options: what the run was told.
        foreign: benchmarks of the file that are not ours.
    """

    path: Path
    scenarios: tuple[Comparison, ...]
    methods: Methods
    environment: Mapping[str, Any]
    target: Mapping[str, Any] | None
    overhead: Mapping[str, Any] | None
    warnings: tuple[Mapping[str, str], ...]
    interrupted: bool
    options: Mapping[str, Any]
    foreign: int

    @property
    def suites(self) -> dict[str, list[Comparison]]:
        """The scenarios by suite, in the order of the file."""
        suites: dict[str, list[Comparison]] = {}
        for scenario in self.scenarios:
            suites.setdefault(scenario.suite, []).append(scenario)
        return suites


def cores(environment: Mapping[str, Any]) -> float:
    """Cores that the run could use: those it was allowed, and no more than its cgroup's quota."""
    allowed = environment.get("cores_allowed") or environment.get("cores") or 1
    quota = environment.get("cgroup_cpu_quota")
    return float(min(allowed, quota)) if isinstance(quota, int | float) and quota else allowed


def compare(
    one: Row,
    other: Row,
    *,
    confidence: float = stats.CONFIDENCE,
    luck: stats.Luck | None = None,
) -> Estimate | None:
    """How many times faster `one` was than `other`, paired directly within their common blocks."""
    pair = stats.paired_ratio(other.walls, one.walls, confidence=confidence)
    return stats.steady(pair, luck)
