"""Greenlets: what does gevent cost or gain beside threads, which need no patch, and asyncio?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 61
"""Its rank among the suites."""
MODELS = ("gevent", "threads", "asyncio")


def waiting(label: str, workload: str, tasks: int, at_once: int, **params: str) -> Scenario:
    """Return tasks that wait."""
    return Scenario(
        suite="greenlets",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=at_once,
        controls=("gevent-again",),
        baseline="gevent",
        launches=4,
        label=label,
    )


SLEEPS = waiting("naps", "sleep", 1_000, 500, duration="10ms")
REQUESTS = waiting("usual-clients", "http", 100, 20, latency="10ms")
SAME_CLIENT = waiting("same-client", "http", 60, 20, latency="10ms", client="httpx2")
FULL = [SLEEPS, REQUESTS, SAME_CLIENT]
SAMPLE = [REQUESTS]
"""What a run of everything has of it."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return gevent twice, and what it can be left for."""
    again = Contestant(name="gevent-again", model="gevent")
    needs = scenario.params.get("client")
    return [replace(each, needs=needs) for each in (*map(Contestant.of, MODELS), again)]


def test_greenlets(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
