"""The race: launches of fresh workers, and in each of them a heat for every scenario."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack
from math import inf
from typing import TYPE_CHECKING

from bench import registry
from bench.race import tightness
from bench.race.contestant import InterruptedRaceError
from bench.race.crew import Crew
from bench.race.heat import Heat
from bench.race.host import Host
from bench.race.interrupt import heard
from bench.race.pace import COMPUTING_WEIGHT, Purse
from bench.race.plan import Lineup, Observer, Settings, launches
from bench.race.record import RaceRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.scenario import Scenario

__all__ = ["Lineup", "Observer", "Settings", "conduct"]

SETTLED_AFTER = 3
"""Launches after which a scenario whose answer is tight enough is not raced again."""

LATE = 1.25
"""So many budgets may pass before no further launch is begun, where it is not shared out."""


def conduct(
    lineup: Lineup, settings: Settings, observer: Observer, *, postgres: str | None = None
) -> RaceRecord:
    """Race them all; whatever happens, give what was measured and leave no process behind.

    Args:
        lineup: who races in what.
        settings: how.
        observer: who watches.
        postgres: address of the PostgreSQL to use. It may hold a password: it is in no record.

    Raises:
        BenchError: the target could not be started at all.
    """
    tightness.prepare()
    record = RaceRecord.of(lineup)
    with ExitStack() as stack:
        interrupt = heard()
        stack.enter_context(interrupt)
        host = stack.enter_context(Host(lineup, settings.seed, postgres))
        record.target = host.ready
        observer.planned(lineup, settings)  # now, for a host that refuses leaves nothing to race
        stack.callback(observer.over, record)
        try:
            _launches(lineup, settings, record, observer, host, lambda: Crew(interrupt))
        except InterruptedRaceError:
            record.interrupted = True
    return record


def _launches(  # noqa: PLR0913, PLR0917 - the parts of a race, put together in one place
    lineup: Lineup,
    settings: Settings,
    record: RaceRecord,
    observer: Observer,
    host: Host,
    new_crew: Callable[[], Crew],
) -> None:
    """Run every launch of every scenario that is not settled before."""
    began_s = time.monotonic()
    raced_s = 0.0
    least_s: dict[tuple[str, str], float] = defaultdict(float)
    plan = launches(lineup, settings)
    starts = [sum(len(entrants) for _, entrants in field) for field in plan]
    heats = sum(map(len, plan))
    for launch, field in enumerate(plan):
        if settings.rounds_s and time.monotonic() - began_s > LATE * settings.budget_s:
            break
        with new_crew() as crew:
            crew.enlist((entrants, scenario.workload) for scenario, entrants in field)
            spent_s = time.monotonic() - began_s
            # Launches count alike, so they get alike. Later ones start up too: that is set aside.
            aside_s = (spent_s - raced_s) / sum(starts[: launch + 1]) * sum(starts[launch + 1 :])
            weights = [_weight(scenario) for scenario, _ in field]
            later = sum(
                _weight(scenario) for others in plan[launch + 1 :] for scenario, _ in others
            )
            share = sum(weights) / (sum(weights) + later)
            # What every heat takes in any case is no part of what can be shared out.
            bound_s = sum(least_s[_key(later)] for others in plan[launch:] for later, _ in others)
            purse = Purse((settings.budget_s - spent_s - aside_s - bound_s) * share, sum(weights))
            for weight, (scenario, entrants) in zip(weights, field, strict=True):
                rows = [record.row(scenario, entrant) for entrant in entrants]
                key, heat_began_s = _key(scenario), time.monotonic()
                known_s, heat_least_s = least_s[key], 0.0
                if not (launch >= SETTLED_AFTER and tightness.settled(rows)):
                    heat = Heat(
                        launch=launch,
                        rows=rows,
                        record=record,
                        settings=settings,
                        observer=observer,
                        host=host,
                        crew=crew,
                    )
                    share_s = known_s + purse.share_s(weight)
                    tasks = _tasks_left(settings, record) / heats
                    heat.run(share_s, settings.rounds_s.get(scenario.suite), tasks)
                    heat_least_s = heat.least_s
                heats -= 1
                least_s[key] = heat_least_s
                heat_s = time.monotonic() - heat_began_s
                purse.spend(heat_s - known_s, weight)
                raced_s += heat_s


def _key(scenario: Scenario) -> tuple[str, str]:
    return scenario.suite, scenario.name


def _tasks_left(settings: Settings, record: RaceRecord) -> float:
    return inf if settings.most_tasks is None else settings.most_tasks - record.tasks_run


def _weight(scenario: Scenario) -> float:
    """Tell how much of the time one scenario should get, against the others."""
    computes = registry.load("workloads", scenario.workload).Workload.computes
    return scenario.weight * (COMPUTING_WEIGHT if computes else 1.0)
