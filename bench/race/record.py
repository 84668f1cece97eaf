"""The record of a race: rows of rounds as they are measured, and their shape in the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from bench.scenario import SCHEMA, Entrant, Scenario


@dataclass(slots=True, kw_only=True)
class Row:
    """One contestant in one scenario; grows with every round.

    Attributes:
        scenario: what was asked.
        entrant: who ran it.
        width: tasks really under way at once, as the model said.
        waits_ns: mean wait of a task; None until the workload or the target has said it.
        computes: whether the tasks need the CPU for themselves.
        notes: sentences for the reader of this row.
        failure: why it stopped, or None.
        launches: a dict for each launch: `launch`, `startup_ns`, `spawn_ns`, `peak_memory_bytes`.
        rounds: a dict for each round in the order of time, those with errors included.
    """

    scenario: Scenario
    entrant: Entrant
    width: int | None = None
    waits_ns: int | None = None
    computes: bool = False
    notes: list[str] = field(default_factory=list)
    failure: str | None = None
    launches: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the entrant is called."""
        return self.entrant.name

    @property
    def walls_ns(self) -> list[int]:
        """Wall of every round that is a time: all its tasks came back right."""
        return [one["wall_ns"] for one in self.rounds if not one["errors"]]

    def blocks(self) -> dict[tuple[int, int], list[float]]:
        """Walls in nanoseconds by (launch, block), of rounds without errors."""
        walls: dict[tuple[int, int], list[float]] = {}
        for one in self.rounds:
            if not one["errors"]:
                walls.setdefault((one["launch"], one["block"]), []).append(one["wall_ns"])
        return walls

    def as_record(self) -> dict[str, Any]:
        """Give the JSON form that rides in a benchmark's `extra_info`."""
        told = [one["target"]["asked_mean_ns"] for one in self.rounds if one["target"]]
        asked = [mean for mean in told if mean is not None]
        return {
            "schema": SCHEMA,
            "scenario": {
                "name": self.scenario.name,
                **asdict(self.scenario),
                "waits_ns": self.waits_ns if not asked else round(fmean(asked)),
                "computes": self.computes,
                "needs_target": bool(told),
            },
            "model": self.name,
            "entrant": asdict(self.entrant),
            "width": self.width,
            "notes": self.notes,
            "failure": self.failure,
            "launches": self.launches,
            "rounds": self.rounds,
        }


@dataclass(slots=True, kw_only=True)
class RaceRecord:
    """All rows of a run, by scenario name and entrant name, and what holds for the whole of it.

    Attributes:
        rows: in the order in which they were asked for.
        target: the ready line of the target, if one was needed.
        interrupted: whether somebody stopped it early.
        incidents: sentences on what went wrong beyond a single row.
        round_cost_ns: for every round, what it took beyond its own wall: orders, checks, answers.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    target: dict[str, Any] | None = None
    interrupted: bool = False
    incidents: list[str] = field(default_factory=list)
    round_cost_ns: list[int] = field(default_factory=list)
