"""Many loops: what does an event loop in each thread or process bring, beside one for all?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 62
"""Its rank among the suites."""
MODELS = ("asyncio", "loop_per_thread", "processes_asyncio")


def sharing(label: str, workload: str, tasks: int, at_once: int, **params: str) -> Scenario:
    """Return tasks whose own work, on the loop or for a client, is most of their time."""
    return Scenario(
        suite="many_loops",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=at_once,
        controls=("asyncio-again",),
        baseline="asyncio",
        launches=4,
        blocks=6,
        label=label,
    )


BUSY = sharing("busy-loops", "switches", 16, 8, kind="switch", times="2_000")
REQUESTS = sharing("busy-clients", "http", 200, 32, latency="10ms", client="httpx2")
FULL = [BUSY, REQUESTS]
SAMPLE = [BUSY]
"""What a run of everything has of it."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return one loop, twice, and one for each core."""
    again = Contestant(name="asyncio-again", model="asyncio")
    needs = scenario.params.get("client")
    return [replace(each, needs=needs) for each in (*map(Contestant.of, MODELS), again)]


def test_many_loops(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
