"""What findings and reports are made of: rows by scenario, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from waitbench.analysis.row import Row
    from waitbench.results.load import Run
    from waitbench.stats.moderation import LaunchVariance


MAIN = ("io_bound", "mixed", "cpu_bound")
"""Suites in which the usual four models race against sync. The others ask questions of their own:
they are judged apart, and claims about waiting or computing do not lean on them."""
SERVED = "serve"
"""The workload of scenarios that race servers: the load comes from us, a task is one request."""
CALLED = "function"
"""The workload of scenarios that race functions of somebody's own, by `waitbench.race`."""
ALONE = "sync"
"""The contestant that does one task after the other: what it tells of a task is the task's own."""
CONTROL = "control"
"""The suite that races a model against itself."""


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
        baseline: contestant that the ratios are against; None where it has no time.
        rows: the contestants, controls last.
        unfair: sentences on contestants of whom the target saw other things than of the rest.
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
    unfair: tuple[str, ...] = ()

    @property
    def served(self) -> bool:
        """Whether it races servers."""
        return self.workload == SERVED

    @property
    def calls(self) -> int:
        """Calls of a round: a task may make several, where it is somebody's own function."""
        calls = str(self.params.get("calls", "")) if self.workload == CALLED else ""
        return self.tasks * (int(calls) if calls.isdecimal() and int(calls) else 1)

    @property
    def computing(self) -> float | None:
        """Share of its time that a task is on a core, children counted; the rest of it waits.

        It is that of sync, which has one task at a time; None where that did not take part. Time in
        which it stood ready and other work had the cores is left out: no task waits for that.
        """
        alone = self.row(ALONE)
        if self.served or alone is None or not alone.sound or alone.width != 1:
            return None
        if alone.wall is None or alone.cpu_ns is None or not alone.wall.value:
            return None
        cpu_ns = alone.cpu_ns * self.tasks
        own_ns = alone.wall.value * (1 - (alone.measured.core_wait or 0.0))
        return min(cpu_ns / own_ns, 1.0) if own_ns > cpu_ns else 1.0

    def row(self, model: str) -> Row | None:
        """Return the row of one model; None where it took no part."""
        return next((row for row in self.rows if row.model == model), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """How the figures came about: counts, inference, correction, seed.

    Attributes:
        rounds: timed rounds in the run.
        disturbed: rounds that ran beside other work, timed or left out.
        left_out: how many of those are no times, because an undisturbed one stands beside them.
        failed_rounds: rounds with errors, counted and not timed.
        launches: launches of the median contestant.
        most_launches: most launches that any contestant had.
        blocks: most blocks that any contestant had, over its launches.
        comparisons: rows with a ratio, over which the verdicts are corrected.
        confidence: of every interval, as a share.
        margin: of the verdict `same`, as a share.
        families: groups of suites whose verdicts are corrected together: the main suites, and each
            of the others by itself.
        launch_variance: over all ratios of the first family, which moderates each (as that
            of every other family does its own); None where there are too few, or one launch.
        seed: of the order; None where the file does not say.
    """

    rounds: int
    disturbed: int
    left_out: int
    failed_rounds: int
    launches: int
    most_launches: int
    blocks: int
    comparisons: int
    confidence: float
    margin: float
    families: int
    launch_variance: LaunchVariance | None
    seed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that findings and reports are made of.

    Attributes:
        path: the results file.
        scenarios: the scenarios, in the order of the file.
        controls: scenarios that race a model against itself, which no finding leans on.
        methods: how the figures came about.
        environment: the machine and interpreter, as recorded.
        target: what the target was; None where none took part.
        overhead: what the harness itself cost; None where it was not measured.
        warnings: what made this a poor place to measure: `text` and `advice`.
        interrupted: whether the run was stopped before its end.
        options: what the run was told.
        foreign: benchmarks of the file that are not ours.
        left_out: who could not take part here: `suite`, `scenario`, `model` and the `reason`.
        run: the file itself, for what shows single rounds; None where it was made without one.
    """

    path: Path
    scenarios: tuple[Comparison, ...]
    controls: tuple[Comparison, ...]
    methods: Methods
    environment: Mapping[str, Any]
    target: Mapping[str, Any] | None
    overhead: Mapping[str, Any] | None
    warnings: tuple[Mapping[str, str], ...]
    interrupted: bool
    options: Mapping[str, Any]
    foreign: int
    left_out: tuple[Mapping[str, str], ...] = ()
    run: Run | None = field(default=None, repr=False, compare=False)

    @property
    def builds(self) -> tuple[str, ...]:
        """The interpreters that raced, in the order in which they were named; mostly none."""
        return self.run.builds if self.run else ()

    @property
    def suites(self) -> dict[str, list[Comparison]]:
        """The scenarios by suite, in the order of the file."""
        suites: dict[str, list[Comparison]] = {}
        for scenario in self.scenarios:
            suites.setdefault(scenario.suite, []).append(scenario)
        return suites

    @property
    def of_functions(self) -> bool:
        """Whether all of it raced functions of somebody's own: no claim is about those."""
        return bool(self.scenarios) and all(each.workload == CALLED for each in self.scenarios)

    @property
    def main(self) -> list[Comparison]:
        """The scenarios of the main suites."""
        return [scenario for scenario in self.scenarios if scenario.suite in MAIN]


def cores(environment: Mapping[str, Any]) -> float:
    """Cores that the run could use: those it was allowed, and no more than its cgroup's quota."""
    allowed = environment.get("cores_allowed") or environment.get("cores") or 1
    quota = environment.get("cgroup_cpu_quota")
    return float(min(allowed, quota)) if isinstance(quota, int | float) and quota else allowed
