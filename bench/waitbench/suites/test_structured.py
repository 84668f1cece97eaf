"""Structured concurrency: what do trio and AnyIO cost beside asyncio, with the same client?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 60
"""Its rank among the suites."""
MODELS = ("asyncio", "anyio", "anyio_trio", "trio")
CLIENT = "httpx2"
"""The one client that runs on each of them; aiohttp is asyncio's alone."""


def waiting(label: str, workload: str, tasks: int, at_once: int, **params: str) -> Scenario:
    """Return tasks that wait, all of one client."""
    return Scenario(
        suite="structured",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=at_once,
        controls=("asyncio-again", "asyncio-aiohttp"),
        baseline="asyncio",
        launches=4,
        blocks=3,
        label=label,
    )


SLEEPS = waiting("sleeps", "sleep", 2_000, 1_000, duration="10ms")
REQUESTS = waiting("httpx2-20-at-once", "http", 60, 20, latency="10ms", client=CLIENT)
ONE_REQUEST = waiting("httpx2-one-by-one", "http", 40, 1, latency="0ms", client=CLIENT)
FULL = [SLEEPS, REQUESTS, ONE_REQUEST]
SAMPLE = [SLEEPS, REQUESTS]
"""What a run of everything has of it."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the loops with their groups of tasks, asyncio twice, its usual client beside it."""
    usual = Contestant(name="asyncio-aiohttp", model="asyncio", params={"client": "aiohttp"})
    again = Contestant(name="asyncio-again", model="asyncio")
    beside = [usual] if scenario.workload == "http" else []
    needs = scenario.params.get("client")
    return [replace(each, needs=needs) for each in (*map(Contestant.of, MODELS), again, *beside)]


def test_structured(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
