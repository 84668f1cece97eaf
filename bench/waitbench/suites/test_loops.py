"""Event loops: what does another one bring for timers, for many connections, for callbacks?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 59
"""Its rank among the suites."""
LOOPS = ("asyncio", "uvloop", "zuvloop", "rloop")
AGAIN = "asyncio-again"
"""The same loop twice: what it differs by from itself is what a difference has to exceed."""


def looping(label: str, workload: str, tasks: int, at_once: int, **params: str) -> Scenario:
    """Return work that is the loop's own as far as that can be had."""
    return Scenario(
        suite="loops",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=at_once,
        controls=(AGAIN,),
        baseline="asyncio",
        launches=4,
        blocks=5,
        label=label,
    )


TIMERS = looping("timers", "sleep", 2_000, 1_000, duration="10ms")
CONNECTIONS = looping("connections", "http", 400, 100, latency="20ms", client="asyncio")
REQUESTS = looping("requests", "http", 200, 20, latency="5ms")
SWITCHES = looping("switches", "switches", 1, 1, kind="switch", times="20_000")
CALLBACKS = looping("callbacks", "switches", 1, 1, kind="future", times="10_000")
FULL = [TIMERS, CONNECTIONS, REQUESTS, SWITCHES, CALLBACKS]
SAMPLE = [TIMERS, CALLBACKS]
"""What a run of everything has of it."""


def contestants(scenario: Scenario) -> list[Contestant]:  # noqa: ARG001 - the same for each
    """Return the loops of one model, and the usual one a second time."""
    again = Contestant(name=AGAIN, model="asyncio")
    return [*map(Contestant.of, LOOPS), again]


def test_loops(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
