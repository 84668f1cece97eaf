"""The record of a race: rows of rounds as they are measured, and their shape in the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any

from waitbench.results.validity import standings
from waitbench.scenario import SCHEMA, Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable

Place = tuple[str, str, str]
"""Names of a suite, of a scenario in it, and of a contestant in that."""


def place(scenario: Scenario, contestant: Contestant) -> Place:
    """Return the key of a contestant's row: two suites may ask the same of others."""
    return scenario.suite, scenario.name, contestant.name


@dataclass(slots=True, kw_only=True)
class Row:
    """One contestant in one scenario; grows with every round.

    Attributes:
        scenario: what was asked.
        contestant: who ran it.
        width: tasks really under way at once, as the model said.
        waits_ns: mean wait of a task; None until the workload or the target has said it.
        computes: whether the tasks need the CPU for themselves.
        opens_anew: whether each task opens a connection on purpose.
        notes: sentences for the reader of this row.
        failure: why it stopped, or None.
        launches: a dict for each launch: `launch`, `startup_ns`, `spawn_ns`, `peak_memory_bytes`.
        rounds: a dict for each round in the order of time, those with errors included.
        tasks_run: in all, warm-ups included.
    """

    scenario: Scenario
    contestant: Contestant
    width: int | None = None
    waits_ns: int | None = None
    computes: bool = False
    opens_anew: bool = False
    notes: list[str] = field(default_factory=list)
    failure: str | None = None
    launches: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    tasks_run: int = 0

    @property
    def name(self) -> str:
        """What the contestant is called."""
        return self.contestant.name

    @property
    def walls_ns(self) -> list[int]:
        """Wall of every round that is a time, in nanoseconds and in the order of time."""
        return [round_record["wall_ns"] for round_record in self._timed()]

    def blocks(self) -> dict[tuple[int, int], list[float]]:
        """Walls in nanoseconds by (launch, block), of the rounds that are times."""
        walls: dict[tuple[int, int], list[float]] = {}
        for round_record in self._timed():
            walls.setdefault((round_record["launch"], round_record["block"]), []).append(
                round_record["wall_ns"]
            )
        return walls

    def _timed(self) -> list[dict[str, Any]]:
        """Leave out what the report leaves out: errors, and what was run again undisturbed."""
        judged = zip(self.rounds, standings(self.rounds), strict=True)
        return [round_record for round_record, standing in judged if standing == "timed"]

    def as_record(self) -> dict[str, Any]:
        """Return the JSON form that rides in a benchmark's `extra_info`."""
        targets = [entry["target"] for entry in self.rounds if entry["target"]]
        means_ns = [entry["asked_mean_ns"] for entry in targets]
        asked_ns = [mean_ns for mean_ns in means_ns if mean_ns is not None]
        return {
            "schema": SCHEMA,
            "scenario": {
                "name": self.scenario.name,
                **asdict(self.scenario),
                "waits_ns": self.waits_ns if not asked_ns else round(fmean(asked_ns)),
                "computes": self.computes,
                "needs_target": bool(targets),
            },
            "model": self.name,
            "entrant": asdict(self.contestant),
            "width": self.width,
            "opens_anew": self.opens_anew,
            "notes": self.notes,
            "failure": self.failure,
            "launches": self.launches,
            "rounds": self.rounds,
        }


@dataclass(slots=True, kw_only=True)
class RaceRecord:
    """All rows of a run, by suite, scenario and contestant, and what holds for the whole of it.

    Attributes:
        rows: in the order in which they were asked for.
        target: the ready line of the target, if one was needed.
        interrupted: whether somebody stopped it early.
        incidents: sentences on what went wrong beyond a single row.
        round_cost_ns: for every round, what it took beyond its own wall: orders, checks, answers.
    """

    rows: dict[Place, Row] = field(default_factory=dict)
    target: dict[str, Any] | None = None
    interrupted: bool = False
    incidents: list[str] = field(default_factory=list)
    round_cost_ns: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, lineup: Iterable[tuple[Scenario, Iterable[Contestant]]]) -> RaceRecord:
        """Return a record with nothing in it but an empty row for everybody who is to race."""
        rows = (
            Row(scenario=scenario, contestant=contestant)
            for scenario, field in lineup
            for contestant in field
        )
        return cls(rows={place(row.scenario, row.contestant): row for row in rows})

    @property
    def tasks_run(self) -> int:
        """How many tasks were run in all, warm-ups included."""
        return sum(row.tasks_run for row in self.rows.values())

    def join(self, later: RaceRecord) -> None:
        """Add a later race: its launches count on, and whoever raced only there has a row."""
        launches = [launch["launch"] for row in self.rows.values() for launch in row.launches]
        shift = 1 + max(launches, default=-1)
        for place_, theirs in later.rows.items():
            for entry in (*theirs.launches, *theirs.rounds):
                entry["launch"] += shift
            ours = self.rows.setdefault(place_, theirs)
            if ours is not theirs:
                ours.launches += theirs.launches
                ours.rounds += theirs.rounds
                ours.failure = ours.failure or theirs.failure
                ours.tasks_run += theirs.tasks_run
        self.interrupted = self.interrupted or later.interrupted
        self.incidents += later.incidents
        self.round_cost_ns += later.round_cost_ns

    def row(self, scenario: Scenario, contestant: Contestant) -> Row:
        """Return the row of one contestant."""
        return self.rows[place(scenario, contestant)]
