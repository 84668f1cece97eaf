"""What happens in a race, for those who watch it: told between rounds only, never within one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.race.plan import Lineup, Settings
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RacePlanned:
    """Nothing of this race is started yet."""

    lineup: Lineup
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioBegun:
    """One scenario begins in one launch; `rows` are those of its contestants.

    Of a launch that another machine measured, which has a name then, it is over already.
    """

    launch: int
    rows: Sequence[ContestantRecord]
    machine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundBooked:
    """A round of `row` was booked, or it failed; `rows` are all of its scenario."""

    row: ContestantRecord
    rows: Sequence[ContestantRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something went wrong beyond a single row."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceOver:
    """The race is over, however it ended."""

    record: RaceRecord


Event = RacePlanned | ScenarioBegun | RoundBooked | Incident | RaceOver
Observer = Callable[[Event], None]
"""Somebody who watches; who has nothing to say is `lambda _: None`."""
