"""Servers: the same application under each of them; which holds more, and what does it cost?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.loadtest.conductor import conduct
from waitbench.loadtest.contestants import CONTESTANTS
from waitbench.loadtest.servers import ALL
from waitbench.loadtest.step import time_parameter
from waitbench.registry import optional
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.options import Options
    from waitbench.pytest_plugin.replay import Entry
    from waitbench.race.plan import Lineup, Settings

__all__ = ["conduct"]

PLACE = 72
"""Its rank among the suites."""
BUDGET_S, SAMPLE_BUDGET_S = 300.0, 34.0
WORK, TIME = "wait", "20ms"
STEP = "400ms"
STEADY = "20x"
"""500 requests a second: what all hold that serve more than ten at once, so that what one of them
costs can be told."""
SAMPLE = ("uvicorn", "hypercorn-trio", "granian", "gthread", "granian-wsgi")
"""Who takes part in a run of everything."""
FEW = "-few"
"""What ends the name of a scenario of which that is a sample."""


def load(load: str, few: str = "", launches: int = 0) -> Scenario:
    """Return waiting requests at a multiple of half a worker's load, or the search for the knee."""
    return Scenario(
        suite="servers",
        workload="serve",
        params={"work": WORK, time_parameter(WORK): TIME, "load": load, "step": STEP},
        tasks=1,
        concurrency=1,
        label=f"{WORK}-{load}{few}",
        baseline="uvicorn",
        launches=launches,
    )


FULL = [load(STEADY), load("knee")]


def choose(asked: Options, *, named: bool) -> list[Scenario]:
    """Run it when it is named; in a run of everything, some servers at a steady load."""
    few = load(STEADY, FEW, launches=5)
    if named:
        return [few] if asked.quick else FULL
    return [few] if asked.full else []


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return all of them, but only some in the sample."""
    names = [spec.name for spec in CONTESTANTS]
    if scenario.label.endswith(FEW):
        names = [name for name in names if name in SAMPLE]
    return [Contestant.of(name) for name in names]


def left_out(contestant: Contestant) -> str | None:
    """Return which library a server wants that is not here, as a reason; None if there is none."""
    return optional.missing(*ALL[contestant.model].needs)


def pace(lineup: Lineup, settings: Settings, *, own_budget: bool) -> Settings:
    """Return the settings with the time that these scenarios need, unless a time was asked for."""
    if own_budget:
        return settings
    sample = all(scenario.label.endswith(FEW) for scenario, _ in lineup)
    return replace(settings, budget_s=SAMPLE_BUDGET_S if sample else BUDGET_S)


def test_servers(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
