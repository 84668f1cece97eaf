"""Files and databases: what do threads, processes and asyncio gain, here and some way away?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.options import Options
    from waitbench.pytest_plugin.replay import Entry

PLACE = 52
"""Its rank among the suites."""

AT_ONCE = 10


def storing(workload: str, tasks: int, at_once: int = AT_ONCE, **params: str) -> Scenario:
    """Return tasks of a few milliseconds together: a round stays far from a tick of the clock."""
    return Scenario(
        suite="storage", workload=workload, params=params, tasks=tasks, concurrency=at_once
    )


HALFWAY = "5ms"
DISTANCES = {"1ms": 40, HALFWAY: 20, "20ms": 10}
"""How far away a database is, by so much longer a round trip takes, and tasks of a round."""


def far(workload: str, distance: str, **params: str) -> Scenario:
    """Return tasks that each are one round trip to a database so far away."""
    return storing(workload, DISTANCES[distance], AT_ONCE, **params, distance=distance)


SCENARIOS: list[Scenario] = []
FULL = [
    storing("file", 200, mode="read", size="4KB", files="64"),
    storing("file", 20, mode="read", size="4MB", files="1"),
    storing("file", 50, mode="write", size="4KB"),
    storing("file", 50, mode="fsync", size="4KB"),
    storing("sqlite", 200, query="read", rows="1"),
    storing("sqlite", 40, query="read", rows="2_000"),
    storing("sqlite", 20, query="write"),
    storing("postgres", 40, 20, query="wait", duration="5ms"),
    storing("postgres", 100, query="select"),
    storing("postgres", 50, query="insert"),
    *(far("postgres", distance, query="select") for distance in DISTANCES),
    storing("redis", 200, command="get"),
    *(far("redis", distance, command="get") for distance in DISTANCES),
]
BRIEF = [
    storing("file", 200, mode="read", size="4KB", files="64"),
    storing("sqlite", 200, query="read", rows="1"),
    storing("postgres", 100, query="select"),
    far("postgres", "5ms", query="select"),
]
"""What `--quick` races of it: one of each kind, and one distance."""


SAMPLE = [
    storing("file", 200, mode="read", size="4KB", files="64"),
    storing("file", 50, mode="fsync", size="4KB"),
    storing("sqlite", 200, query="read", rows="1"),
    storing("sqlite", 20, query="write"),
    storing("postgres", 40, 20, query="wait", duration="5ms"),
    storing("postgres", 100, query="select"),
    far("postgres", HALFWAY, query="select"),
    storing("redis", 200, command="get"),
]
"""What a run of everything races of it: reading and writing of each kind, one distance."""


def choose(asked: Options, *, named: bool) -> list[Scenario]:
    """Return all where the suite is named, less with `--quick` or in a run of everything."""
    if asked.quick:
        return BRIEF if named else []
    return FULL if named else SAMPLE if asked.full else []


OTHERS = {
    "file": Contestant(name="asyncio-to_thread", model="asyncio", params={"through": "to_thread"}),
    "write": Contestant(name="asyncio-one", model="asyncio", params={"connections": "one"}),
}
"""Asyncio has several ways to read a file, and to write to a database that takes one writer."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the usual four, and asyncio's other way where it has one; who waits afar is three."""
    if "distance" in scenario.params:
        return [Contestant.of(model) for model in ("sync", "threads", "asyncio")]
    usual = [Contestant.of(model) for model in ("sync", "threads", "processes", "asyncio")]
    other = OTHERS.get(scenario.workload) or OTHERS.get(scenario.params.get("query", ""))
    return [*usual, other] if other else usual


def test_storage(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
