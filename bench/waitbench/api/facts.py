"""What a run came to, as plain frozen facts: scenarios, their rows, the rounds behind them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from waitbench.did_you_mean import instead
from waitbench.scenario import NoSuchNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Comparison
    from waitbench.analysis.row import Row as Analysed
    from waitbench.results.record import ContestantRecord, LoadRecord, RoundRecord
    from waitbench.stats.estimates import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contestant of one scenario. A figure is None where it was not measured.

    Every `Estimate` has `value`, `low`, `high` (the ends of its interval) and `confidence`.

    Attributes:
        suite: the suite of its scenario.
        scenario: the name of its scenario.
        model: what it is called: a concurrency model or, in a race of functions, a function.
        wall_ns: wall of a round in nanoseconds; of servers, the mean latency of a request.
        call_ns: the same divided by the calls of a round, where there are rounds.
        cpu_ns: CPU of a task, client and children, in nanoseconds.
        times_faster: than the scenario's baseline, paired within blocks; None for that itself.
        verdict: `faster`, `slower`, `same` or `undecided`, corrected over all rows that are judged
            together; None for the baseline.
        bound: what held it back.
        sound: whether its time is its own: no instrument of ours made it.
        memory_bytes: peak memory with its children.
        startup_ns: what its pools, sessions and loops took to start.
        failure: why it did not finish; None if it did.
        rounds: all of its rounds or turns under load, in the order of time.
    """

    suite: str
    scenario: str
    model: str
    wall_ns: Estimate | None
    call_ns: Estimate | None
    cpu_ns: Estimate | None
    times_faster: Estimate | None
    verdict: str | None
    bound: str | None
    sound: bool
    memory_bytes: float | None
    startup_ns: float | None
    failure: str | None
    rounds: tuple[RoundRecord | LoadRecord, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question: a workload, so many tasks, so many at once, and who was raced in it.

    Attributes:
        suite: that it belongs to.
        name: unique within the suite.
        workload: what a task is.
        params: what the workload was told.
        tasks: of a round.
        concurrency: how many of them may be under way at once.
        baseline: the row that the others are compared with; None where it has no time.
        rows: the contestants, controls last.
    """

    suite: str
    name: str
    workload: str
    params: Mapping[str, str]
    tasks: int
    concurrency: int
    baseline: str | None
    rows: tuple[Row, ...]

    @property
    def fastest(self) -> Row | None:
        """The row of the shortest wall; None where none has a time. Its verdict says how sure."""
        timed = [row for row in self.rows if row.wall_ns is not None and row.sound]
        return min(timed, key=lambda row: row.wall_ns.value if row.wall_ns else 0, default=None)

    def __getitem__(self, model: str) -> Row:
        for row in self.rows:
            if row.model == model:
                return row
        models = [row.model for row in self.rows]
        raise NoSuchNameError(f"{self.name} has no {model!r}; {instead(model, models)}")


def scenario(
    comparison: Comparison, records: Mapping[tuple[str, str, str], ContestantRecord]
) -> Scenario:
    """Return a scenario that was analysed, with the rounds of its records."""
    return Scenario(
        suite=comparison.suite,
        name=comparison.name,
        workload=comparison.workload,
        params=comparison.params,
        tasks=comparison.tasks,
        concurrency=comparison.concurrency,
        baseline=comparison.baseline,
        rows=tuple(
            _row(comparison, row, records.get((comparison.suite, comparison.name, row.model)))
            for row in comparison.rows
        ),
    )


def _row(comparison: Comparison, row: Analysed, record: ContestantRecord | None) -> Row:
    return Row(
        suite=comparison.suite,
        scenario=comparison.name,
        model=row.model,
        wall_ns=row.wall,
        call_ns=_divided(row.wall, comparison.calls) if row.measured.wall_of == "round" else None,
        cpu_ns=row.cpu,
        times_faster=row.ratio,
        verdict=row.verdict.verdict if row.verdict else None,
        bound=row.measured.bound,
        sound=row.sound,
        memory_bytes=row.measured.memory_bytes,
        startup_ns=row.measured.startup_ns,
        failure=row.measured.failure,
        rounds=tuple(record.measurements) if record else (),
    )


def _divided(estimate: Estimate | None, by: int) -> Estimate | None:
    if estimate is None:
        return None
    low, high = (None if end is None else end / by for end in (estimate.low, estimate.high))
    return replace(estimate, value=estimate.value / by, low=low, high=high)
