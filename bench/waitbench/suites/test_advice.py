"""Is it I/O-bound? What one call is made of foretells the best model: does the race agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 95
"""Its rank among the suites."""

ALONE = "alone"
"""One call after the other, watched from inside: what the others are foretold from."""
AWAITED = ("http", "mixed")
"""Workloads whose async form awaits what the sync form waits for."""


def asked(
    workload: str,
    tasks: int,
    concurrency: int,
    *,
    launches: int = 4,
    blocks: int = 1,
    **params: str,
) -> Scenario:
    """Return the scenario of one workload; models that lie close get more launches and blocks."""
    return Scenario(
        suite="advice",
        workload=workload,
        params=params,
        tasks=tasks,
        concurrency=concurrency,
        controls=(ALONE,),
        launches=launches,
        blocks=blocks,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    asked("http", 16, 8, latency="10ms"),
    asked("mixed", 16, 8, latency="10ms", steps="20_000"),
    asked("compute", 8, 4, launches=6, blocks=4, steps="50_000"),
    asked("digest", 8, 4, launches=6, blocks=8, size="4MB"),
    asked("sleep", 16, 8, duration="5ms"),
]


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the usual contestants, as far as they differ, and the one that is watched."""
    awaited = [Contestant.of("asyncio")] if scenario.workload in AWAITED else []
    usual = [Contestant.of(model) for model in ("sync", "threads", "processes")]
    return [*usual, *awaited, Contestant(name=ALONE, model="sync", watched=True)]


def test_advice(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
