"""Wait, then compute: how much computing does a waiting task bear before asyncio loses its lead?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.scenario import Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from bench.suites.rows import Entry


def mixed(latency: str, steps: str) -> Scenario:
    """A wait on the network followed by pure-Python computing."""
    return Scenario(
        suite="mixed",
        workload="mixed",
        params={"latency": latency, "steps": steps},
        tasks=32,
        concurrency=16,
    )


SCENARIOS = [mixed("50ms", "5_000"), mixed("20ms", "50_000")]
QUICK = [mixed("20ms", "20_000")]


def test_mixed(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
