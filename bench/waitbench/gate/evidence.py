"""All that a gate has raced so far, and what is decided of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from waitbench.gate import run_queue
from waitbench.gate.worktrees import SIDES
from waitbench.race.record import Row
from waitbench.stats import estimates

if TYPE_CHECKING:
    from waitbench.gate.decision import Decision
    from waitbench.race.record import RaceRecord
    from waitbench.stats.estimates import Estimate, Walls

Part = Literal["screen", "new", "all"]
"""Which of the pairs a ratio is over."""


@dataclass(slots=True, kw_only=True)
class GateEvidence:
    """All that was raced, and what is decided of it.

    Attributes:
        rows: by benchmark and side; launches are numbered through.
        launches: how many there were.
        screen_pairs: how many of them were the screen.
        settled: by benchmark, what was decided, and over which pairs.
        interrupted: whether somebody stopped a race.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    launches: int = 0
    screen_pairs: int = 0
    settled: dict[str, tuple[Decision, Part]] = field(default_factory=dict)
    interrupted: bool = False

    def sides(self, name: str) -> list[Row]:
        """Return the rows of base and head, as far as there are any."""
        return [self.rows[name, side] for side in SIDES if (name, side) in self.rows]

    def add(self, record: RaceRecord, launches: int) -> None:
        """Add one more race of so many launches."""
        for (_, name, side), row in record.rows.items():
            kept = self.rows.setdefault(
                (name, side), Row(scenario=row.scenario, contestant=row.contestant)
            )
            kept.width, kept.notes, kept.waits_ns = row.width, row.notes, row.waits_ns
            kept.computes, kept.opens_anew = row.computes, row.opens_anew
            kept.failure = kept.failure or row.failure
            for kept_records, new_records in (
                (kept.launches, row.launches),
                (kept.rounds, row.rounds),
            ):
                kept_records += [
                    {**round_or_launch, "launch": round_or_launch["launch"] + self.launches}
                    for round_or_launch in new_records
                ]
        self.launches += launches
        self.interrupted = self.interrupted or record.interrupted

    def ratio(self, name: str, over: Part, *, confidence: float) -> Estimate | None:
        """Return how many times faster head is than base: over the screen, the new pairs or all."""
        rows = self.sides(name)
        if len(rows) < len(SIDES):
            return None
        base, head = (self._of(walls, over) for walls in run_queue.blocks(rows))
        return estimates.paired_ratio(base, head, confidence=confidence)

    def pairs(self, name: str) -> int:
        """Count the launches in which both sides have a time."""
        times = [row.blocks() for row in self.sides(name)]
        return (
            len(set.intersection(*({key[0] for key in blocks} for blocks in times))) if times else 0
        )

    def open(self, name: str) -> bool:
        """Whether more pairs may still decide a benchmark."""
        settled = self.settled.get(name)
        return not self.failure(name) and (settled is None or settled[0].verdict == "undecided")

    def failure(self, name: str) -> tuple[str, str] | None:
        """Return the side of a benchmark that could not go on, and why; base, if neither could."""
        for side in SIDES:
            row = self.rows.get((name, side))
            if row is not None and row.failure:
                return side, row.failure
        return None

    def _of(self, walls: Walls, over: Part) -> Walls:
        if over == "all":
            return walls
        return {
            key: walls_ns
            for key, walls_ns in walls.items()
            if (key[0] >= self.screen_pairs) == (over == "new")
        }
