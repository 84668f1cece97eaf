"""What several machines measured in, one race out: launches keep number and machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.race.record import RaceRecord

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True, kw_only=True)
class Gathering:
    """The launches of one race as they come in, from files or from a cluster.

    Attributes:
        record: what has come in, its machines by the names that they were added by.
        environments: of each machine, as it described itself.
        parts: how many launches or parts each of them has measured.
    """

    record: RaceRecord = field(default_factory=RaceRecord)
    environments: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    parts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        race: RaceRecord,
        *,
        machine: str,
        environment: Mapping[str, Any],
        renumber: int = 0,
    ) -> RaceRecord:
        """Take in what one machine measured, and return it with the name of the machine in it.

        Args:
            race: its launches, which stay as they are.
            machine: its anonymous name.
            environment: as it described itself.
            renumber: what its launches are counted on from.
        """
        self.environments.setdefault(machine, environment)
        self.parts[machine] += 1
        rows = {key: row.moved(machine) for key, row in race.rows.items()}
        moved = RaceRecord(
            rows=rows,
            target=race.target,
            interrupted=race.interrupted,
            incidents=race.incidents,
            round_cost_ns=race.round_cost_ns,
        )
        self.record.extend(moved, renumber=renumber)
        return moved

    def whole(self) -> RaceRecord:
        """Return the race of all machines: `machine 1` is the one that measured most.

        Where all of it was measured by one machine, it is a race like any other.
        """
        ranked = [machine for machine, _ in self.parts.most_common()]
        names = {machine: f"machine {number}" for number, machine in enumerate(ranked, 1)}
        several = len(names) > 1
        for key, row in self.record.rows.items():
            self.record.rows[key] = row.renamed(names if several else {})
        self.record.machines = [
            {"name": names[machine], "environment": dict(self.environments[machine])}
            for machine in ranked
        ]
        return self.record
