"""Wait, then compute: how much computing does a waiting task bear before asyncio loses its lead?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import MAIN_WEIGHT, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 20
"""Its rank among the suites."""


def mixed(latency: str, steps: str, tasks: int) -> Scenario:
    """Return requests followed by pure-Python computing, about 1 ms per 10,000 steps."""
    return Scenario(
        suite="mixed",
        weight=MAIN_WEIGHT,
        workload="mixed",
        params={"latency": latency, "steps": steps},
        tasks=tasks,
        concurrency=tasks // 2,
    )


SCENARIOS = [mixed("20ms", "5_000", 32), mixed("20ms", "50_000", 32)]
QUICK: list[Scenario] = []


def test_mixed(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
