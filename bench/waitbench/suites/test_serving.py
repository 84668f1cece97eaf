"""Serving: which web server holds under rising load, and which slows to a crawl?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.loadtest.conductor import conduct
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

PLACE = 70
"""Its rank among the suites."""
BUDGET_S, SHORT_BUDGET_S = 285.0, 32.0
QUERIES_S = 100.0
TIMES = {"wait": "20ms", "compute": "10ms", "query": "5ms"}
STEP, SHORT_STEP = "600ms", "400ms"

WAITING = (
    "sync", "threads", "processes", "waitress", "asyncio", "asyncio-blocking",
    "asyncio-to-thread", "asyncio-to-thread-64", "asyncio-workers", "starlette",
)  # fmt: skip
COMPUTING = (
    "sync", "threads", "processes", "asyncio", "asyncio-to-thread", "asyncio-processes",
    "asyncio-workers",
)  # fmt: skip
QUERYING = (
    "sync", "threads", "processes", "asyncio", "asyncio-blocking", "asyncio-to-thread",
)  # fmt: skip
TAKING_PART = {"wait": WAITING, "compute": COMPUTING, "query": QUERYING}
BRIEF = ("sync", "threads", "asyncio", "asyncio-blocking")
"""Who takes part in the short form."""


DECISIVE = {("wait", "10x"), ("wait", "5x"), ("compute", "knee"), ("wait", "knee")}
"""What the verdict leans on: raced again first, where there is time for more."""
DECIDES = 2.0


def load(work: str, load: str, step: str = STEP) -> Scenario:
    """Return one kind of work under one kind of load: `2x`, `knee` or `50 users`."""
    return Scenario(
        suite="serving",
        workload="serve",
        params={
            "work": work,
            time_parameter(work): TIMES[work],
            "load": load,
            "step": step,
        },
        tasks=1,
        concurrency=1,
        label=f"{work}-{load.replace(' ', '-')}",
        weight=DECIDES if (work, load) in DECISIVE else 1.0,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
SHORT = [load("wait", times, SHORT_STEP) for times in ("2x", "10x")]
"""In a run of everything: the search for a knee takes as long as all else of a launch."""
FULL = [
    *(load("wait", times) for times in ("1x", "2x", "5x", "10x", "knee", "50 users")),
    *(load("compute", times) for times in ("2x", "knee")),
]
QUERIES = [load("query", times) for times in ("2x", "5x", "knee")]
"""Only with `--full`: five minutes have no room for them."""


def choose(asked: Options, *, named: bool) -> list[Scenario]:
    """Run it when it is named, and in its short form within a run of everything."""
    if named:
        return list(SHORT if asked.quick else FULL) + (QUERIES if asked.full else [])
    return list(SHORT) if asked.full else []


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return who serves this work, only a few of them in the short form."""
    names: tuple[str, ...] = TAKING_PART[scenario.params["work"]]
    if scenario.params["step"] == SHORT_STEP:
        names = tuple(name for name in names if name in BRIEF)
    return [Contestant.of(name) for name in names]


def left_out(contestant: Contestant) -> str | None:
    """Return which library a server wants that is not here, as a reason; None if there is none."""
    return optional.missing(*ALL[contestant.model].needs)


def pace(lineup: Lineup, settings: Settings, *, own_budget: bool) -> Settings:
    """Return the settings with the time that these scenarios need, unless a time was asked for."""
    if own_budget:
        return settings
    short = all(scenario.params["step"] == SHORT_STEP for scenario, _ in lineup)
    queries = any(scenario.params["work"] == "query" for scenario, _ in lineup)
    budget_s = SHORT_BUDGET_S if short else BUDGET_S + (QUERIES_S if queries else 0)
    return replace(settings, budget_s=budget_s)


def test_serving(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
