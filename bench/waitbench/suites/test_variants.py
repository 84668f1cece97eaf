"""Every way to run the same requests: what do variants of asyncio and executors cost or gain?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 58
"""Its rank among the suites."""
MAIN = ("sync", "threads", "processes", "asyncio")
ON_A_LOOP = (
    "uvloop",
    "asyncio_tasks",
    "asyncio_gather",
    "asyncio_taskgroup",
    "asyncio_as_completed",
    "asyncio_semaphore",
    "asyncio_queue",
)
IN_WORKERS = (
    "to_thread",
    "executor_threads",
    "executor_processes",
    "processes_asyncio",
    "interpreters",
    "free_threads",
)

SCENARIOS: list[Scenario] = []
QUICK = SCENARIOS
FULL = [
    Scenario(
        suite="variants",
        workload="http",
        params={"latency": "20ms"},
        tasks=16,
        concurrency=16,
    )
]
"""Sixteen at once: more than `to_thread` has threads for on up to eleven cores."""
SAMPLE = [replace(each, label=f"{each.name}-few") for each in FULL]
"""What a run of everything has of it: those who race elsewhere in it as well."""
SAMPLED = ("uvloop", "asyncio_gather", "asyncio_taskgroup", "executor_processes", "interpreters")


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the four of the default report, and all, or some, that they could be replaced by."""
    others = SAMPLED if scenario.label else (*ON_A_LOOP, *IN_WORKERS)
    return [Contestant.of(model) for model in (*MAIN, *others)]


def test_variants(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
