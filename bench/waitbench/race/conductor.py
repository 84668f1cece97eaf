"""The race: launches of fresh workers, and in each of them every scenario."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.race.budget import RunBudget
from waitbench.race.context import Instruments, Race
from waitbench.race.events import Incident, RaceOver, RacePlanned
from waitbench.race.plan import Lineup, Settings, own_budget_s, own_launches
from waitbench.race.precision import ranking_is_clear
from waitbench.race.record import RaceRecord
from waitbench.race.run_services import RunServices
from waitbench.race.scenario_launch import ScenarioLaunch
from waitbench.race.worker_process import InterruptedRaceError
from waitbench.race.workers import Workers
from waitbench.system.interrupt import Interrupt
from waitbench.system.limits import shortages

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.race.events import Observer
    from waitbench.race.plan import Steering
    from waitbench.scenario import Scenario

__all__ = ["Lineup", "Settings", "conduct"]

CLEAR_AFTER = 3
"""Launches after which a scenario whose ranking is clear is not raced again."""
COMPUTING_WEIGHT = 2.0
"""Of a scenario whose tasks compute, against 1 for one whose tasks only wait: what computes feels
every neighbour and needs more rounds to be sure, what waits is steady."""


def conduct(  # noqa: PLR0913 - what a race is made of
    lineup: Lineup,
    settings: Settings,
    observer: Observer,
    *,
    steering: Steering | None = None,
    postgres: str | None = None,
    instruments: Instruments = Instruments(),  # noqa: B008 - it is frozen
) -> RaceRecord:
    """Race them all; whatever happens, return what was measured and leave no process behind.

    Args:
        lineup: who races in what.
        settings: how.
        observer: who watches.
        steering: decides before each launch what is raced in it, and for how long.
        postgres: address of the PostgreSQL to use. It may hold a password: it is in no record.
        instruments: by which the race touches the machine.

    Raises:
        BenchError: the target could not be started at all.
    """
    record = RaceRecord.of(lineup)
    with ExitStack() as stack:
        interrupt = Interrupt.of_this_thread()
        stack.enter_context(interrupt)
        if interrupt.requested:  # before this race began
            record.interrupted = True
            return record
        services = stack.enter_context(RunServices(lineup, settings.seed, postgres))
        record.target = services.ready
        # Now, and not before: where a service refuses, nothing is raced.
        observer(RacePlanned(lineup=lineup, settings=settings))
        stack.callback(observer, RaceOver(record=record))
        for sentence in _shortages(lineup):
            record.incidents.append(sentence)
            observer(Incident(sentence=sentence))
        race = Race(
            settings=settings,
            record=record,
            observer=observer,
            services=services,
            instruments=instruments,
        )
        try:
            _run_launches(
                lineup, race, lambda: Workers(interrupt, instruments.start_worker), steering
            )
        except InterruptedRaceError:
            record.interrupted = True
    return record


def _run_launches(
    lineup: Lineup, race: Race, new_workers: Callable[[], Workers], steering: Steering | None
) -> None:
    """Run every launch of every scenario whose ranking is not clear before."""
    plan, settings = own_launches(lineup, race.settings), race.settings
    settings = replace(settings, budget_s=own_budget_s(lineup, settings))
    budget = RunBudget([*plan.values()], settings, _weight, race.instruments.clock)
    for turn, (launch, planned) in enumerate(plan.items()):
        if budget.is_late:
            break
        rounds_s = steering(race.record) if steering else {}
        scenarios = [each for each in planned if not steering or each[0].key in rounds_s]
        if not scenarios:
            break
        with new_workers() as workers:
            workers.enlist((contestants, scenario.workload) for scenario, contestants in scenarios)
            budget.begin_launch(turn)
            for scenario, contestants in scenarios:
                rows = [race.record.row(scenario, contestant) for contestant in contestants]
                share = budget.next_share(scenario, race.record.tasks_run)
                if scenario.key in rounds_s:
                    share = replace(share, rounds_s=rounds_s[scenario.key])
                least_s = 0.0
                # A part sees too little of the run to leave out what the others may need.
                clear = turn >= CLEAR_AFTER and not settings.part and ranking_is_clear(rows)
                if not clear:
                    least_s = ScenarioLaunch(race, launch, rows, workers).run(share)
                budget.book(scenario, least_s)


def _shortages(lineup: Lineup) -> list[str]:
    """Return the limits of the system that some row of a race may run into."""
    widths = [
        contestant.concurrency or scenario.concurrency
        for scenario, contestants in lineup
        for contestant in contestants
    ]
    workers = max((len(contestants) for _, contestants in lineup), default=0)
    return shortages(max(widths, default=0), workers)


def _weight(scenario: Scenario) -> float:
    """How much of the time one scenario should get, against the others."""
    computes = registry.load("workloads", scenario.workload).Workload.computes
    return scenario.weight * (COMPUTING_WEIGHT if computes else 1.0)
