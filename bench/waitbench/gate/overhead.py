"""What a gate takes beside its rounds: opening each benchmark, starting each pair of processes."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from waitbench.race.events import RoundBooked, ScenarioBegun

if TYPE_CHECKING:
    from waitbench.race.events import Event, Observer
    from waitbench.results.record import ContestantRecord

USUAL_S = 0.15
"""Opening and warming up both sides of a benchmark, until that was measured."""
STARTING_S = 1.5
"""The same for starting and ending a pair of processes, of all models."""


class Overhead:
    """What opening and warming up take by benchmark, and a pair beside that."""

    def __init__(self) -> None:
        self._opening_s: dict[str, list[float]] = {}
        self._unexplained_s = 0.0
        self._launches = 0
        self._begun: tuple[str, float] | None = None

    def observing(self, observer: Observer) -> Observer:
        """Return what observes one more race, and passes its events on."""

        def note(event: Event) -> None:
            match event:
                case ScenarioBegun(rows=rows):
                    self._begun = rows[0].scenario.name, time.monotonic()
                case RoundBooked(row=row) if row.rounds:
                    self._end_opening(row)
            observer(event)

        return note

    def opening_s(self, name: str) -> float:
        """Return the seconds of a pair that one benchmark takes before its rounds."""
        return median(self._opening_s.get(name) or [USUAL_S])

    @property
    def starting_s(self) -> float:
        """Return the seconds that a pair takes beside those planned for its benchmarks."""
        return self._unexplained_s / self._launches if self._launches else STARTING_S

    def record(self, launches: int, took_s: float, planned_s: float) -> None:
        """Record what a race took that is over.

        Args:
            launches: of it.
            took_s: seconds that all of it took.
            planned_s: seconds of each launch that its benchmarks should take.
        """
        self._unexplained_s += max(0.0, took_s - launches * planned_s)
        self._launches += launches

    def _end_opening(self, row: ContestantRecord) -> None:
        """The opening ends where the first round begins."""
        if self._begun:
            name, began_s = self._begun
            opening_s = time.monotonic() - began_s - row.rounds[-1].wall_ns / 1e9
            self._opening_s.setdefault(name, []).append(max(0.0, opening_s))
            self._begun = None
