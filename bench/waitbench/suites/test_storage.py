"""Files and databases: what do threads, processes and asyncio gain where nothing is far away?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 52
"""Its rank among the suites."""

AT_ONCE = 10


def storing(workload: str, tasks: int, at_once: int = AT_ONCE, **params: str) -> Scenario:
    """Return tasks of a few milliseconds together: a round stays far from a tick of the clock."""
    return Scenario(
        suite="storage", workload=workload, params=params, tasks=tasks, concurrency=at_once
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
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
]


OTHERS = {
    "file": Contestant(name="asyncio-to_thread", model="asyncio", params={"through": "to_thread"}),
    "write": Contestant(name="asyncio-one", model="asyncio", params={"connections": "one"}),
}
"""Asyncio has several ways to read a file, and to write to a database that takes one writer."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the usual four, and asyncio's other way where it has one."""
    usual = [Contestant.of(model) for model in ("sync", "threads", "processes", "asyncio")]
    other = OTHERS.get(scenario.workload) or OTHERS.get(scenario.params.get("query", ""))
    return [*usual, other] if other else usual


def test_storage(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
