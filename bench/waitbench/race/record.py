"""The record of a race: what every contestant has done so far, and what holds for all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.results.record import ContestantRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.scenario import Contestant, Scenario

RowKey = tuple[str, str, str]
"""Names of a suite, of a scenario in it, and of a contestant in that."""


def row_key(scenario: Scenario, contestant: Contestant) -> RowKey:
    """Return the key of a contestant's row: suites may ask the same of different contestants."""
    return *scenario.key, contestant.name


@dataclass(slots=True, kw_only=True)
class RaceRecord:
    """All rows of a run, by suite, scenario and contestant, and what holds for the whole of it.

    Attributes:
        rows: in the order in which they were asked for.
        target: the ready line of the target, if one was needed.
        interrupted: whether somebody stopped it early.
        incidents: sentences on what went wrong beyond a single row.
        round_cost_ns: for every round, what it took beyond its own wall: orders, checks, answers.
        machines: `name` and `environment` of each machine, where others than this one measured.
    """

    rows: dict[RowKey, ContestantRecord] = field(default_factory=dict)
    target: dict[str, Any] | None = None
    interrupted: bool = False
    incidents: list[str] = field(default_factory=list)
    round_cost_ns: list[int] = field(default_factory=list)
    machines: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, lineup: Iterable[tuple[Scenario, Iterable[Contestant]]]) -> RaceRecord:
        """Return a record with an empty row for everybody who is to race."""
        return cls(
            rows={
                row_key(scenario, contestant): ContestantRecord(
                    scenario=scenario, contestant=contestant
                )
                for scenario, contestants in lineup
                for contestant in contestants
            }
        )

    @property
    def tasks_run(self) -> int:
        """How many tasks were run in all, warm-ups included."""
        return sum(row.tasks_run for row in self.rows.values())

    @property
    def next_launch(self) -> int:
        """The number that a later launch would have."""
        launches = [each.launch for row in self.rows.values() for each in row.launches]
        return 1 + max(launches, default=-1)

    def extend(self, later: RaceRecord, *, renumber: int = 0) -> None:
        """Take in a later race; whoever raced only there has a row from now on.

        Args:
            later: the race, which stays as it is.
            renumber: what its launches are counted on from.
        """
        for key, theirs in later.rows.items():
            row = ContestantRecord(scenario=theirs.scenario, contestant=theirs.contestant)
            self.rows.setdefault(key, row).extend(theirs, renumber=renumber)
        self.target = self.target or later.target
        self.interrupted = self.interrupted or later.interrupted
        self.incidents += later.incidents
        self.round_cost_ns += later.round_cost_ns
        self.machines = self.machines or later.machines

    def row(self, scenario: Scenario, contestant: Contestant) -> ContestantRecord:
        """Return the row of one contestant."""
        return self.rows[row_key(scenario, contestant)]
