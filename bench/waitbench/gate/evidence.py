"""All that a gate has raced so far, and what is decided of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.gate import run_queue
from waitbench.gate.worktrees import SIDES
from waitbench.race.record import RaceRecord
from waitbench.stats import machines, pairs

if TYPE_CHECKING:
    from waitbench.gate.decision import Decision
    from waitbench.results.record import ContestantRecord
    from waitbench.stats.estimates import Estimate


@dataclass(slots=True, kw_only=True)
class GateEvidence:
    """All that was raced, and what is decided of it.

    Attributes:
        race: all races as one; launches are numbered through.
        launches: how many there were.
        common_pairs: so many of the first launches raced every benchmark, whatever it came to.
        settled: by benchmark, what the last look at it said.
        looked: after how many launches that was.
    """

    race: RaceRecord = field(default_factory=RaceRecord)
    launches: int = 0
    common_pairs: int = 0
    settled: dict[str, Decision] = field(default_factory=dict)
    looked: int = 0

    @property
    def rows(self) -> dict[tuple[str, str], ContestantRecord]:
        """What was measured, by benchmark and side."""
        return {(name, side): row for (_, name, side), row in self.race.rows.items()}

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped a race."""
        return self.race.interrupted

    def sides(self, name: str) -> list[ContestantRecord]:
        """Return the rows of base and head, as far as there are any."""
        return [self.rows[name, side] for side in SIDES if (name, side) in self.rows]

    def add(self, record: RaceRecord, launches: int) -> None:
        """Add one more race of so many launches."""
        self.race.extend(record, renumber=self.launches)
        self.launches += launches

    def ratio(self, name: str, *, confidence: float) -> Estimate | None:
        """Return how many times faster head is than base, over all pairs there are."""
        rows, names = self.sides(name), self._machines(name)
        if len(rows) < len(SIDES):
            return None
        base, head = run_queue.blocks(rows)
        if not names:
            return pairs.paired_ratio(base, head, confidence=confidence)
        return machines.paired_ratio(base, head, machines=names, confidence=confidence)

    def by_machine(self, name: str) -> dict[str, Estimate]:
        """Return the ratio of each of several machines over all of its pairs, by its name."""
        rows, names = self.sides(name), self._machines(name)
        if len(rows) < len(SIDES) or not names:
            return {}
        base, head = run_queue.blocks(rows)
        return machines.by_machine(base, head, machines=names)

    def _machines(self, name: str) -> dict[int, str]:
        return {
            launch: machine for row in self.sides(name) for launch, machine in row.machines.items()
        }

    def pairs(self, name: str) -> int:
        """Count the launches in which both sides have a time."""
        times = [row.blocks() for row in self.sides(name)]
        return (
            len(set.intersection(*({key[0] for key in blocks} for blocks in times))) if times else 0
        )

    def open(self, name: str) -> bool:
        """Whether more pairs may still decide a benchmark."""
        settled = self.settled.get(name)
        return not self.failures(name) and (settled is None or settled.verdict == "undecided")

    def failures(self, name: str) -> dict[str, str]:
        """Return by side why a benchmark could not go on; wrong results alone are no times."""
        rows = {side: self.rows[name, side] for side in SIDES if (name, side) in self.rows}
        return {side: row.failure for side, row in rows.items() if row.failure}
