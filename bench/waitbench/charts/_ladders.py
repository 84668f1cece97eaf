"""A summary in, out its scenarios that differ only in how many tasks are under way, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

FEWEST = 2
"""Numbers at once that make a line."""
KINDS = ("sync", "threads", "processes", "asyncio", "uvloop")
BEYOND = 20
"""Times the largest number at once within which a C* is still drawn."""
ROOM = 4.0
"""Times the last number at once that the scale goes on, for the labels at the ends of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Scenarios of one suite that differ in how many tasks are under way, the fewest first."""

    title: str
    waits_ns: float
    steps: tuple[Comparison, ...]

    def points(self) -> list[tuple[Comparison, Row]]:
        """Return every row that is drawn, with its scenario."""
        return [(step, row) for step in self.steps for row in step.rows if shown(row)]

    def numbers(self) -> tuple[float, float]:
        """Return the ends of the scale of numbers at once: all measured, and a C* that is near."""
        numbers = [at_once(step) for step in self.steps]
        near = [
            row.crossover.value
            for _, row in self.points()
            if row.crossover and row.crossover.value <= BEYOND * numbers[-1]
        ]
        return max(1, numbers[0]) * 0.8, max(numbers[-1] * ROOM, *near, 1) * 1.25

    def rates(self) -> tuple[float, float]:
        """Return the ends of the scale of tasks per second, up to the ideal at the most at once."""
        least = min(per_s(step, row.wall.value) for step, row in self.points() if row.wall)
        return least * 0.7, self.numbers()[1] / self.waits_ns * 1e9 * 1.1


def ladders(summary: Summary) -> list[Ladder]:
    """Return the ladders that have enough steps for a line."""
    groups: dict[tuple[str, ...], list[Comparison]] = {}
    for scenario in summary.scenarios:
        if scenario.waits_ns > 0 and not scenario.computes and scenario.suite != "map":
            params = tuple(f"{name}={text}" for name, text in sorted(scenario.params.items()))
            groups.setdefault((scenario.suite, scenario.workload, *params), []).append(scenario)
    built = []
    for scenarios in groups.values():
        by_number = {
            at_once(scenario): scenario for scenario in scenarios if any(map(shown, scenario.rows))
        }
        steps = tuple(by_number[number] for number in sorted(by_number))
        if len(steps) >= FEWEST:
            work = formatting.work(steps[0].workload, 2, steps[0].waits_ns).removeprefix("2 ")
            built.append(Ladder(title=work, waits_ns=steps[0].waits_ns, steps=steps))
    return built


def at_once(scenario: Comparison) -> int:
    """Return how many tasks can be under way."""
    return min(scenario.concurrency, scenario.tasks)


def shown(row: Row) -> bool:
    """Check whether a row has a line; a bound is a point of it, drawn as one."""
    return (row.rival or row.held_back) and not row.control and row.model in KINDS


def per_s(scenario: Comparison, wall_ns: float) -> float:
    """Return the tasks per second of a round that took so long."""
    return scenario.tasks / wall_ns * 1e9
