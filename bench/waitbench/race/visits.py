"""Somebody else at the target: what it did in which rounds in, one sentence for each row out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from waitbench import registry
from waitbench.race.events import Incident
from waitbench.race.record import RowKey, row_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.race.events import Observer
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord

Visit = Literal["reset its statistics", "asked it beside our tasks", "was refused there"]
"""What somebody else did."""


def uncounted(row: ContestantRecord, requests: int | None) -> bool:
    """Whether the target was sent another number of requests than a round of this row sends.

    Args:
        row: of a contestant that did all of its tasks rightly.
        requests: what the target counted; None where it did not say.
    """
    sends = getattr(registry.load("workloads", row.scenario.workload).Workload, "requests", None)
    if sends is None or requests is None:
        return False
    return bool(
        requests != sends(row.scenario.tasks, {**row.scenario.params, **row.contestant.params})
    )


@dataclass(slots=True)
class _Visited:
    """What is known of one row: where its sentence stands, and what happened in which rounds."""

    at: int
    visits: Counter[Visit] = field(default_factory=Counter)
    blocks: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Visits:
    """All visits of a race; each row that had some has one sentence among the incidents."""

    _rows: dict[RowKey, _Visited] = field(default_factory=dict)

    def book(
        self,
        record: RaceRecord,
        observer: Observer,
        row: ContestantRecord,
        place: tuple[int, int],
        visits: Iterable[Visit],
    ) -> None:
        """Book what was done during a round.

        Args:
            record: of the race, in whose incidents it stands from now on.
            observer: is told of a row's first.
            row: whose round it was.
            place: its launch and block.
            visits: what was done; at least one.
        """
        key = row_key(row.scenario, row.contestant)
        first = key not in self._rows
        if first:
            self._rows[key] = _Visited(len(record.incidents))
            record.incidents.append("")
        visited = self._rows[key]
        visited.visits.update(visits)
        launch, block = place
        visited.blocks[launch].append(block)
        record.incidents[visited.at] = _sentence(row, visited)
        if first:
            observer(Incident(sentence=record.incidents[visited.at]))


def _sentence(row: ContestantRecord, visited: _Visited) -> str:
    rounds = sum(map(len, visited.blocks.values()))
    did = ", ".join(f"{visit} ({count})" for visit, count in visited.visits.items())
    where = "; ".join(
        f"launch {launch + 1}, block {_ranges(blocks)}" for launch, blocks in visited.blocks.items()
    )
    return (
        f"somebody else was at the target in {rounds} round{'s' * (rounds > 1)} of {row.name} in "
        f"{row.scenario.name}: {did}; the target's figures of them are left out ({where})"
    )


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers from 0 as people count them: 1 to 3, 5."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join(" to ".join(str(number + 1) for number in run) for run in runs)
