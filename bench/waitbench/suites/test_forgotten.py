"""A forgotten await, gather or task in a small program: does it run, and does anybody notice?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 67
"""Its rank among the suites."""

SLIPS = ("await", "gather", "task")
RIGHT = "awaited"
"""The same program with nothing forgotten: that it runs shows that the others could."""


def program(run: str, baseline: str) -> Scenario:
    """Run the program in a fresh interpreter, once a round: only what it says is of interest."""
    return Scenario(
        suite="forgotten",
        workload="forgotten",
        params={"run": run},
        tasks=1,
        concurrency=1,
        baseline=baseline,
        launches=2,
    )


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return programs that forget different things; pytest does not run the one that is right."""
    slips = [Contestant(name=slip, model="sync", params={"slip": slip}) for slip in SLIPS]
    if scenario.params.get("run") == "pytest":
        return slips
    return [Contestant(name=RIGHT, model="sync", params={"slip": "none"}), *slips]


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [program("python", RIGHT), program("pytest", SLIPS[0])]


def test_forgotten(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
