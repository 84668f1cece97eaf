"""The control: does the harness see a difference where there is none?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import MAIN_WEIGHT, Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 40
SCENARIOS = [
    Scenario(
        suite="control",
        weight=MAIN_WEIGHT,
        workload="compute",
        params={"steps": "100_000"},
        tasks=4,
        concurrency=1,
        launches=6,
    )
]
QUICK: list[Scenario] = []


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return the baseline twice: it races against itself."""
    return [
        Contestant.of(scenario.baseline),
        Contestant(name="sync-again", model=scenario.baseline),
    ]


def test_control(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
