"""The map: which model is fastest, by wait per task, CPU per task and how many at once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.scenario import Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from bench.suites.rows import Entry

PLACE = 90
"""Its rank among the suites."""

WAITS = ("2ms", "20ms")
"""Below 2 ms a burst of requests would measure the target."""
STEPS = ("1_000", "10_000", "40_000")
"""About 0.1, 1 and 4 ms of computing; the client library's own CPU comes on top of it."""
AT_ONCE = (1, 2, 8)
"""Where nothing can overlap, where little can, and where all does."""
TASKS = 8
"""The same in all cells: one round of sync takes 0.2 s at most, and every C divides it."""
LAUNCHES = 5
BLOCKS = {"2ms": 2, "20ms": 1}
"""Short rounds feel every neighbour: they get more of them."""

SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    Scenario(
        suite="map",
        workload="mixed",
        params={"latency": wait, "steps": steps},
        tasks=TASKS,
        concurrency=at_once,
        weight=1.5,  # neighbours lie close to each other here
        launches=LAUNCHES,
        blocks=BLOCKS[wait],
    )
    for at_once in AT_ONCE
    for wait in WAITS
    for steps in STEPS
]


def test_map(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
