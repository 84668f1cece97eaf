"""A race whose launches are measured by the machines of a cluster, each by one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from waitbench.machines import order as orders
from waitbench.machines.crew import Crew
from waitbench.machines.dispatcher import Dispatcher
from waitbench.machines.gathering import Gathering
from waitbench.machines.order import Order
from waitbench.machines.schedule import Schedule
from waitbench.race.events import Incident, RaceOver, RacePlanned, ScenarioBegun
from waitbench.race.plan import own_launches
from waitbench.race.record import RaceRecord
from waitbench.system import environment
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Member
    from waitbench.race.events import Observer
    from waitbench.race.plan import Lineup, Settings

LEAST_S, TIMES = 120.0, 6.0
"""A launch may take so long, or so many times its share of the budget."""


def conduct(  # noqa: PLR0913 - a race, and where it is raced
    cluster: Cluster,
    lineup: Lineup,
    settings: Settings,
    observer: Observer,
    *,
    suite: str | None = None,
    force: bool = False,
) -> RaceRecord:
    """Race all launches on the machines of a cluster; return what they measured.

    Whatever happens, what has come in is kept, and no launch goes on that nobody waits for.

    Args:
        cluster: whose workers measure.
        lineup: who races in what.
        settings: how; the budget is shared out over the launches.
        observer: who watches.
        suite: module whose race it is, where it has one of its own.
        force: whether machines measure whose own check finds them a poor place.

    Raises:
        BenchError: there is no machine that may measure.
    """
    here = environment.describe()
    race = _Race(
        lineup=lineup,
        settings=settings,
        observer=observer,
        suite=suite,
        plan=own_launches(lineup, settings),
        expected=here,
        gathering=Gathering(record=RaceRecord.of(lineup)),
    )
    dispatcher = Dispatcher(
        cluster=cluster,
        crew=Crew(expected=here, seed=settings.seed, force=force),
        schedule=Schedule.of(race.plan),
        work=race,
    )
    record = race.gathering.record
    with Interrupt.of_this_thread() as interrupt:
        if interrupt.requested:
            record.interrupted = True
            return record
        observer(Incident(sentence=f"{dispatcher.muster()} take launches"))
        observer(RacePlanned(lineup=lineup, settings=settings))
        try:
            record.interrupted |= not dispatcher.run(lambda: interrupt.requested)
        finally:
            observer(RaceOver(record=race.gathering.whole()))
    return record


@dataclass(slots=True, kw_only=True)
class _Race:
    """The launches of one race."""

    lineup: Lineup
    settings: Settings
    observer: Observer
    suite: str | None
    plan: Mapping[int, Lineup]
    expected: Mapping[str, Any]
    gathering: Gathering
    noun: str = "launch"
    within_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.within_s = max(LEAST_S, TIMES * self.settings.budget_s / self._launches)

    @property
    def _launches(self) -> int:
        return max(self.plan) + 1

    def order(self, number: int, member: Member) -> bytes:
        """Return the order of one launch: the part of the run that it is."""
        return orders.packed(
            Order(
                lineup=self.lineup,
                settings=replace(self.settings, part=(number + 1, self._launches)),
                suite=self.suite,
                environment=self.expected,
                facts=member.facts,
            )
        )

    def book(self, number: int, answer: str) -> str:
        """Take in a launch and tell of it; return why it was refused, empty where it was not."""
        reading = orders.read(answer, self.lineup)
        if reading.race is None:
            return reading.refused
        there = self.gathering.add(
            reading.race, machine=reading.machine, environment=reading.environment
        )
        place = [*self.gathering.environments].index(reading.machine) + 1
        for scenario, contestants in self.plan[number]:
            # Those of this launch alone: what is told and written costs as much for the last one.
            rows = [there.row(scenario, each) for each in contestants]
            self.observer(ScenarioBegun(launch=number, rows=rows, machine=f"machine {place}"))
        return ""

    def incident(self, sentence: str) -> None:
        """Keep a sentence in the record, and tell it."""
        self.gathering.record.incidents.append(sentence)
        self.observer(Incident(sentence=sentence))
