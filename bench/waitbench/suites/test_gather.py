"""The same coroutines, one by one or together: the sum of the waits, or the longest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 60
"""Its rank among the suites."""
ONE_BY_ONE = "asyncio_serial"
WAYS = ("asyncio_tasks", "asyncio_gather", "asyncio_taskgroup", "asyncio_as_completed")


def together(workload: str, tasks: int, **params: str) -> Scenario:
    """Return tasks that are all at once, so that nothing holds a way to fewer."""
    return Scenario(
        suite="gather",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=tasks,
        baseline=ONE_BY_ONE,
    )


SCENARIOS: list[Scenario] = []
QUICK = SCENARIOS
FULL = [
    together("sleep", 5, duration="20ms"),
    together("sleep", 20, duration="20ms"),
    together("http", 5, latency="20ms"),
    together("http", 20, latency="20ms"),
]


def contestants(scenario: Scenario) -> list[Contestant]:  # noqa: ARG001 - the same in all
    """Return every way to start coroutines, with the same client and coroutines."""
    return [Contestant.of(model) for model in (ONE_BY_ONE, *WAYS)]


def test_gather(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
