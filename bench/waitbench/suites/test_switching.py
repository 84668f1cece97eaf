"""Switching: what does one await, task or switch cost, and how finely may computing be cut?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 70
"""Its rank among the suites."""

KINDS = ("nothing", "call", "await", "switch", "task", "gather", "future")
GRAINS = ("100_000", "20_000", "3_000", "500", "100")
"""Steps between two switches: about 1 ms, 200 µs, 30 µs, 5 µs and 1 µs of computing."""
CUTS = {"uncut": "none", "sliced": "slices", "switching": "switches"}


def grain(steps: str) -> Scenario:
    """Return ten tasks on one loop with 1 ms to compute each; it is asked from 1 % overhead on."""
    return Scenario(
        suite="switching",
        workload="grains",
        params={"steps": "100_000", "grain": steps},
        tasks=10,
        concurrency=10,
        precision=0.005,
        baseline="uncut",
        launches=7,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    Scenario(
        suite="switching",
        workload="switches",
        params={"times": "10_000"},
        tasks=1,
        concurrency=1,
        baseline="call",
    ),
    *map(grain, GRAINS),
]


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return contestants of one model, asyncio, whose work differs."""
    if scenario.workload == "switches":
        return [Contestant(name=kind, model="asyncio", params={"kind": kind}) for kind in KINDS]
    return [
        Contestant(name=name, model="asyncio", params={"cut": cut}) for name, cut in CUTS.items()
    ]


def test_switching(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
