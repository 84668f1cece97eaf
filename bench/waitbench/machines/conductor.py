"""A race whose launches are measured by the machines of a cluster, each by one of them.

Dask is a queue here, never a counter: it may run a task twice and lose what it had. Launches are
given out one by one, each try has a token of its own, and what counts is the first answer to the
try that is waited for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.machines import order as orders
from waitbench.machines import task
from waitbench.machines.cluster import SchedulerLostError
from waitbench.machines.crew import Crew
from waitbench.machines.gathering import Gathering
from waitbench.machines.order import Order
from waitbench.machines.schedule import MOST_ATTEMPTS, Schedule
from waitbench.race.events import Incident, RaceOver, RacePlanned, ScenarioBegun
from waitbench.race.plan import own_launches
from waitbench.race.record import RaceRecord
from waitbench.scenario import BenchError
from waitbench.system import environment
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Member
    from waitbench.race.events import Observer
    from waitbench.race.plan import Lineup, Settings

LOOKS_EVERY_S, ASKS_EVERY_S = 0.2, 1.0
NOBODY_FOR_S = 60.0
"""So long may there be nobody to measure; then the run ends with what it has."""
LEAST_S, TIMES = 120.0, 6.0
"""A launch may take so long, or so many times its share of the budget."""
GRACE_S = 20.0
"""A machine that says nothing so long after that is given no more launches."""


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
    race = _Race(
        cluster=cluster,
        lineup=lineup,
        settings=settings,
        observer=observer,
        suite=suite,
        crew=Crew(expected=environment.describe(), seed=settings.seed, force=force),
        gathering=Gathering(record=RaceRecord.of(lineup)),
        schedule=Schedule.of(own_launches(lineup, settings)),
    )
    with Interrupt.of_this_thread() as interrupt:
        if not interrupt.requested:
            race.muster()
        observer(RacePlanned(lineup=lineup, settings=settings))
        try:
            race.run(lambda: interrupt.requested)
        finally:
            cluster.cancel([*race.futures.values()])
            record = race.gathering.whole()
            observer(RaceOver(record=record))
    return record


@dataclass(slots=True, kw_only=True)
class _Race:
    """One race on a cluster, under way."""

    cluster: Cluster
    lineup: Lineup
    settings: Settings
    observer: Observer
    suite: str | None
    crew: Crew
    gathering: Gathering
    schedule: Schedule
    futures: dict[str, Any] = field(default_factory=dict)
    began_s: dict[str, float] = field(default_factory=dict)
    plan: Mapping[int, Lineup] = field(default_factory=dict)

    def muster(self) -> None:
        """Take in who may measure; refuse to begin without anybody.

        Raises:
            BenchError: there is nobody; says why each is refused.
        """
        self.plan = own_launches(self.lineup, self.settings)
        until_s = time.monotonic() + NOBODY_FOR_S
        while True:
            self._ask(self.cluster.workers(), say=False)
            if self.crew.members:
                break
            if self.crew.refused or time.monotonic() > until_s:
                reasons = "; ".join(dict.fromkeys(self.crew.refused.values()))
                raise BenchError(
                    f"no machine of the cluster may measure: {reasons}"
                    if reasons
                    else "the scheduler has no workers; start some by `dask worker ADDRESS "
                    "--nthreads 1 --resources waitbench=1`"
                )
            time.sleep(LOOKS_EVERY_S)
        machines = {member.machine for member in self.crew.members.values()}
        many = formatting.count(len(machines), "machine")
        workers = formatting.count(len(self.crew.members), "worker")
        self.observer(Incident(sentence=f"{workers} on {many} take launches"))
        for why, number in _counted(self.crew.refused).items():
            self._incident(f"{formatting.count(number, 'machine')} left out: {why}")

    def run(self, stop: Callable[[], bool]) -> None:
        """Give launches to whoever is free until all are measured."""
        record = self.gathering.record
        asked_s = alive_s = time.monotonic()
        while not self.schedule.ended:
            if stop():
                record.interrupted = True
                return
            now_s = time.monotonic()
            try:
                if now_s - asked_s >= ASKS_EVERY_S:
                    self._look(now_s)
                    asked_s = time.monotonic()
                self._give_out()
            except SchedulerLostError as lost:
                self._incident(
                    f"{lost} after {len(self.schedule.over)} of {len(self.plan)} launches"
                )
                record.interrupted = True
                return
            alive_s = now_s if self.crew.members else alive_s
            if now_s - alive_s > NOBODY_FOR_S:
                self._incident(f"no machine was left for {NOBODY_FOR_S:.0f} s")
                record.interrupted = True
                return
            self._collect()

    def _give_out(self) -> None:
        for member in self.crew.free:
            attempt = self.schedule.take(member.address)
            if attempt is None:
                return
            settings = replace(self.settings, part=(attempt.launch + 1, self._launches))
            ordered = Order(
                lineup=self.lineup,
                settings=settings,
                suite=self.suite,
                environment=self.crew.expected,
            )
            member.token = attempt.token
            self.began_s[attempt.token] = time.monotonic()
            self.futures[attempt.token] = self.cluster.submit(
                ordered.packed(), attempt.token, self._within_s, member
            )

    @property
    def _launches(self) -> int:
        return max(self.plan) + 1

    @property
    def _within_s(self) -> float:
        return max(LEAST_S, TIMES * self.settings.budget_s / self._launches)

    def _collect(self) -> None:
        """Book what has come in."""
        tokens = {id(future): token for token, future in self.futures.items()}
        for future in self.cluster.wait([*self.futures.values()], LOOKS_EVERY_S):
            token = tokens[id(future)]
            attempt, member = self.schedule.running[token], self._holder(token)
            outcome, text = self.cluster.outcome(self.futures.pop(token))
            if member:
                member.token = ""
            if outcome == "answer":
                self._answered(token, attempt.launch, text)
            elif outcome == task.TWICE:
                self._again(token, "a second run of it was begun there and not counted")
            else:
                if outcome == task.OVERDUE and member:
                    self.crew.drop(member.address)
                self._again(token, text or outcome)

    def _answered(self, token: str, launch: int, text: str) -> None:
        attempt = self.schedule.running[token]
        answer = orders.read(text, self.lineup)
        if answer.race is None:
            self.crew.drop(attempt.worker, answer.refused)
            self._again(token, answer.refused, tried=False)
            return
        if not self.schedule.done(token):
            return
        there = self.gathering.add(
            answer.race, machine=answer.machine, environment=answer.environment
        )
        place = [*self.gathering.environments].index(answer.machine) + 1
        for scenario, contestants in self.plan[launch]:
            # Those of this launch alone: what is told and written costs as much for the last one.
            rows = [there.row(scenario, each) for each in contestants]
            begun = ScenarioBegun(launch=launch, rows=rows, machine=f"machine {place}")
            self.observer(begun)

    def _look(self, now_s: float) -> None:
        """Find out who has come, who has gone, and whose launch takes too long."""
        workers = self.cluster.workers()
        for member in self.crew.gone(workers):
            if member.token:
                self._abandon(member.token, "its machine was lost")
        for token, began_s in [*self.began_s.items()]:
            if token in self.futures and now_s - began_s > self._within_s + GRACE_S:
                holder = self._holder(token)
                if holder:
                    self.crew.drop(holder.address)
                self._abandon(token, "its machine did not answer in time")
        self._ask(workers, say=True)

    def _abandon(self, token: str, why: str) -> None:
        self.cluster.cancel([self.futures.pop(token)])
        self._again(token, why)

    def _again(self, token: str, why: str, *, tried: bool = True) -> None:
        launch = self.schedule.running[token].launch + 1
        if self.schedule.lost(token, tried=tried):
            self._incident(f"launch {launch} goes to another machine: {why}")
        else:
            self._incident(f"launch {launch} was given up after {MOST_ATTEMPTS} tries: {why}")

    def _ask(self, workers: Mapping[str, Mapping[str, float]], *, say: bool) -> None:
        """Take in the workers that have come."""
        unknown = self.crew.unknown(workers)
        for address, answer in (
            self.cluster.describe(unknown, self.settings.seed) if unknown else {}
        ).items():
            why = self.crew.take_in(address, answer, workers[address])
            if why and say:
                self._incident(f"1 machine left out: {why}")

    def _holder(self, token: str) -> Member | None:
        return next((each for each in self.crew.members.values() if each.token == token), None)

    def _incident(self, sentence: str) -> None:
        self.gathering.record.incidents.append(sentence)
        self.observer(Incident(sentence=sentence))


def _counted(refused: Mapping[str, str]) -> dict[str, int]:
    return {why: [*refused.values()].count(why) for why in dict.fromkeys(refused.values())}
