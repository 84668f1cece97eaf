"""Locks, semaphores, queues and events: what do they prevent, and what does an operation cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 75
"""Its rank among the suites."""
MODELS = ("asyncio", "threads", "processes")


def contended(**params: str) -> Scenario:
    """Return four tasks that want a tool at once, and let others run while they have it."""
    return coordinated(4, {**params, "times": params.get("times", "100")})


def alone(**params: str) -> Scenario:
    """Return one task that never has to wait: the tool's own cost."""
    return coordinated(1, {**params, "section": "empty"})


def coordinated(tasks: int, params: dict[str, str]) -> Scenario:
    """Return a scenario with all its tasks at once, whose ratios are against threads."""
    return Scenario(
        suite="coordination",
        workload="coordination",
        params=params,
        tasks=tasks,
        concurrency=tasks,
        baseline="threads",
    )


SCENARIOS: list[Scenario] = []
QUICK = SCENARIOS
FULL = [
    contended(tool="none"),
    contended(tool="none", section="straight", times="10_000"),
    contended(tool="lock"),
    contended(tool="semaphore", places="2"),
    contended(tool="queue"),
    alone(tool="lock", times="2_000"),
    alone(tool="semaphore", times="2_000"),
    alone(tool="queue", times="500"),
    alone(tool="event", times="500"),
]


def contestants(scenario: Scenario) -> list[Contestant]:  # noqa: ARG001 - the same in all
    """Return who has tools of its own: coroutines, threads, processes."""
    return [Contestant.of(model) for model in MODELS]


def test_coordination(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
