"""A cell, which is one contestant at one scenario, and what its rounds showed."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.record import RoundRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationCell:
    """One contestant at one scenario.

    Attributes:
        model: name of a file in `bench/waitbench/models`.
        workload: name of a file in `bench/waitbench/workloads`.
        params: what the workload is told; the target's address is added.
        tasks: N, tasks in a round.
        concurrency: C, how many may be under way at once.
    """

    model: str
    workload: str
    params: Mapping[str, str] = field(default_factory=dict)
    tasks: int
    concurrency: int

    @property
    def name(self) -> str:
        """Made of what varies: `http 50ms n32 c8`."""
        values = " ".join((self.workload, *self.params.values()))
        return f"{values} n{self.tasks} c{self.concurrency}"


def http(model: str, latency: str, tasks: int, concurrency: int) -> CalibrationCell:
    """Return the cell of requests of one latency over connections that are kept."""
    return CalibrationCell(
        model=model,
        workload="http",
        params={"latency": latency},
        tasks=tasks,
        concurrency=concurrency,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """All that a cell showed, in its undisturbed rounds where there are some.

    Attributes:
        width: how many tasks the model really had under way.
        waits_ns: mean wait of a task in nanoseconds.
        rounds: what was measured.
        ran: how many rounds were run.
        disturbed: how many of them others disturbed; those count only if there are no others.
    """

    width: int
    waits_ns: float
    rounds: Sequence[RoundRecord]
    ran: int
    disturbed: int

    @property
    def wall_ns(self) -> float:
        """Median wall of a round in nanoseconds."""
        return median(round_.wall_ns for round_ in self.rounds)

    @property
    def cpu_ns(self) -> float:
        """Median CPU of a round, the client with its children, in nanoseconds."""
        return median(round_.cpu_ns for round_ in self.rounds)

    @property
    def task_ns(self) -> float:
        """Median time of a task, itself the median over the rounds, in nanoseconds."""
        return median(median(round_.tasks_ns) for round_ in self.rounds)

    def phase(self, name: str) -> float:
        """Median over the rounds of a phase of a task in nanoseconds; 0 where unknown."""
        return median(round_.phases.get(name, 0) for round_ in self.rounds)

    def target_median(self, figure: str) -> float | None:
        """Median over the rounds of a figure of the target's; None where it reported none."""
        values = [round_.target[figure] for round_ in self.rounds if round_.target]
        numbers = [value for value in values if value is not None]
        return median(numbers) if numbers else None
