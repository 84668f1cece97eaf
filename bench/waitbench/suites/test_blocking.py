"""A call that blocks, made by a coroutine: who stands still, and what does handing it over cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 65
"""Its rank among the suites."""

ONE, FEW, ALL = "0.05", "0.125", "1"
"""One of 20 tasks; 8 of 64; every one. That of none is what `native` does."""
CROWD = 64
"""More at once than the default executor of any machine has threads (32 at most)."""
ONLY_OUTSIDE = ("direct", "to_thread", "threads", "processes")
VIAS = {
    "sleep": ("direct", "to_thread", "threads", "native"),
    "sqlite": ONLY_OUTSIDE,
    "cpu": ONLY_OUTSIDE,
    "nothing": ONLY_OUTSIDE,
}
"""Ways to make each call; asyncio has none of its own for the last three."""


def call(
    name: str, share: str, length: str, tasks: int, concurrency: int | None = None
) -> Scenario:
    """Return the scenario in which a share of the tasks makes a call of this length."""
    return Scenario(
        suite="blocking",
        workload="blocking",
        params={"call": name, "share": share, "length": length},
        tasks=tasks,
        concurrency=concurrency or tasks,
        baseline="direct",
    )


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return contestants with one loop each, which differ in how they make the call."""
    vias = VIAS[scenario.params.get("call", "sleep")]
    return [Contestant(name=via, model="asyncio", params={"via": via}) for via in vias]


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    call("sleep", ONE, "20ms", 20),
    Scenario(
        suite="blocking",
        workload="blocking_http",
        params={"share": ONE, "latency": "20ms"},
        tasks=20,
        concurrency=20,
        baseline="direct",
    ),
    call("sqlite", ONE, "20ms", 20),
    # Long, so that standing still in pieces of 5 ms (the switch interval) differs from at once.
    call("cpu", ONE, "40ms", 20),
    call("sleep", FEW, "5ms", CROWD),
    call("sleep", ALL, "5ms", CROWD),
    # One after the other: what handing over costs when nothing else is to be done.
    call("nothing", ALL, "0ms", 200, 1),
]


def test_blocking(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
