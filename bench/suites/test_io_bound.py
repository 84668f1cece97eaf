"""Waiting work: what do threads, processes and asyncio gain, at which latency and width?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.scenario import Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from bench.suites.rows import Entry


def http(latency: str, tasks: int, concurrency: int) -> Scenario:
    """Requests of one latency over kept connections."""
    return Scenario(
        suite="io_bound",
        workload="http",
        params={"latency": latency},
        tasks=tasks,
        concurrency=concurrency,
    )


SCENARIOS = [
    http("50ms", 8, 8),
    http("50ms", 32, 32),
    http("200ms", 10, 10),
    http("10ms", 100, 10),
    http("10ms", 200, 50),
    http("0ms", 100, 10),
]
QUICK = [http("50ms", 20, 20), http("10ms", 100, 10)]


def test_io_bound(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
