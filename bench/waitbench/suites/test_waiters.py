"""Waiting tasks: how many does one loop hold, and what does each cost as a task or a thread?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario
from waitbench.system.open_files import bearable

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 57
"""Its rank among the suites."""

WAIT = "200ms"
"""Long enough that all are under way before the first is over, and for memory to be looked at."""
MANY = bearable(1_000)
"""Connections at once; fewer only where this machine allows no process so many open files."""

RACED = {
    ("sleep", 1): ("asyncio", "uvloop", "threads", "processes"),
    ("sleep", 30): ("asyncio", "processes"),
    ("sleep", 100): ("asyncio", "threads"),
    ("sleep", 1_000): ("asyncio", "uvloop", "threads"),
    ("sleep", 10_000): ("asyncio", "uvloop"),
    ("http", 1): ("asyncio", "threads"),
    ("http", 300): ("asyncio", "threads"),
    ("http", MANY): ("asyncio",),
}
"""Who waits for how many: ascending, because a process hardly gives memory back. More than 30
processes, 1,000 threads or 300 threads with a connection each are more than a laptop should have to
bear."""
CROWD = 1_000
"""From here on one loop's efficiency is the question: one launch more than the others."""
OWN = "WAITBENCH_SUITE"
"""Sets workers apart: what other waiters left behind in a process would hide what these take."""


def waiting(workload: str, tasks: int) -> Scenario:
    """Return tasks that are all at once, each of the same wait."""
    param = {"sleep": "duration", "http": "latency"}[workload]
    return Scenario(
        suite="waiters",
        workload=workload,
        params={param: WAIT},
        tasks=tasks,
        concurrency=tasks,
        baseline="asyncio",
        launches=3 if tasks >= CROWD else 0,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [waiting(workload, tasks) for workload, tasks in RACED]


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the models that can hold so many; other sizes than ours are for the loops alone."""
    models = RACED.get((scenario.workload, scenario.tasks), ("asyncio", "uvloop"))
    environ = {OWN: f"{scenario.suite} {scenario.workload}"}
    return [Contestant(name=model, model=model, environ=environ) for model in models]


def test_waiters(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
