"""All that a gate has raced so far, and what is decided of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from bench import stats
from bench.gate import undelayed
from bench.gate.worktrees import SIDES
from bench.race.record import Row

if TYPE_CHECKING:
    from bench.gate.benchmark import Benchmark
    from bench.gate.decision import Decision
    from bench.gate.undelayed import Walls
    from bench.race.record import RaceRecord
    from bench.stats import Estimate

BEYOND_S = 1.5
"""A pair of processes takes so long beyond its rounds, until that was measured."""


@dataclass(slots=True, kw_only=True)
class Ledger:
    """All that was raced, and what is decided of it.

    Attributes:
        rows: by benchmark and side; launches are numbered through.
        launches: how many there were.
        screen_pairs: how many of them were the screen.
        settled: by benchmark, what was decided, and whether the screen did it.
        took_s: seconds that all of it took.
        raced_s: seconds of them in which rounds were run.
        interrupted: whether somebody stopped a race.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    launches: int = 0
    screen_pairs: int = 0
    settled: dict[str, tuple[Decision, bool]] = field(default_factory=dict)
    took_s: float = 0.0
    raced_s: float = 0.0
    interrupted: bool = False

    @property
    def beyond_s(self) -> float:
        """Seconds that a pair took beyond its rounds: starting, warming up, ending."""
        return max(0.0, self.took_s - self.raced_s) / self.launches if self.launches else BEYOND_S

    def round_s(self, benchmark: Benchmark) -> float:
        """Give what a round takes in seconds, as it was measured, or else as it was guessed."""
        rows = [self.rows.get((benchmark.name, side)) for side in SIDES]
        walls = [median(row.walls_ns) / 1e9 for row in rows if row and row.walls_ns]
        return max(walls, default=benchmark.round_s or 0.0)

    def add(self, record: RaceRecord, launches: int, took_s: float) -> None:
        """Take in one more race of so many launches, which took so many seconds."""
        walls_ns = sum(one["wall_ns"] for row in record.rows.values() for one in row.rounds)
        self.raced_s += (walls_ns + sum(record.round_cost_ns)) / 1e9
        self.took_s += took_s
        for (name, _, side), row in record.rows.items():
            kept = self.rows.setdefault(
                (name, side), Row(scenario=row.scenario, entrant=row.entrant)
            )
            kept.width, kept.notes, kept.waits_ns = row.width, row.notes, row.waits_ns
            kept.computes, kept.opens_anew = row.computes, row.opens_anew
            kept.failure = kept.failure or row.failure
            for mine, theirs in ((kept.launches, row.launches), (kept.rounds, row.rounds)):
                mine += [{**one, "launch": one["launch"] + self.launches} for one in theirs]
        self.launches += launches
        self.interrupted = self.interrupted or record.interrupted

    def ratio(self, name: str, *, confirming: bool, confidence: float) -> Estimate | None:
        """Give how many times faster head is than base: over the screen or over the new pairs."""
        rows = [self.rows.get((name, side)) for side in SIDES]
        if None in rows:
            return None
        told = undelayed.blocks([row for row in rows if row])
        base, head = (self._of_stage(walls, confirming=confirming) for walls in told)
        return stats.paired_ratio(base, head, confidence=confidence)

    def pairs(self, name: str) -> int:
        """Count the launches in which both sides have a time."""
        times = [self.rows[name, side].blocks() for side in SIDES if (name, side) in self.rows]
        return len(set.intersection(*({key[0] for key in one} for one in times))) if times else 0

    def open(self, name: str) -> bool:
        """Whether more pairs may still decide a benchmark."""
        told = self.settled.get(name)
        return not self.failure(name) and (told is None or told[0].word == "undecided")

    def failure(self, name: str) -> tuple[str, str] | None:
        """Say which side of a benchmark could not go on, and why: base, if it could not either."""
        for side in SIDES:
            row = self.rows.get((name, side))
            if row is not None and row.failure:
                return side, row.failure
        return None

    def _of_stage(self, walls: Walls, *, confirming: bool) -> Walls:
        return {
            key: some for key, some in walls.items() if (key[0] >= self.screen_pairs) == confirming
        }
