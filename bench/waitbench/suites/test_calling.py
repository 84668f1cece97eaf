"""When does a coroutine first run: when it is called, when it is awaited, or as a task?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 62
"""Its rank among the suites."""
AWAITED = "awaited"
WAYS = ("called", AWAITED, "scheduled")

SCENARIOS: list[Scenario] = []
QUICK = SCENARIOS
FULL = [
    Scenario(
        suite="calling",
        workload="first_run",
        params={"pause": "5ms"},
        tasks=10,
        concurrency=10,
        baseline=AWAITED,
    )
]


def contestants(scenario: Scenario) -> list[Contestant]:  # noqa: ARG001 - there is one
    """Return the plain function, and a coroutine used in each of three ways on the same loop."""
    return [
        Contestant(name="function", model="sync"),
        *(Contestant(name=way, model="asyncio", params={"how": way}) for way in WAYS),
    ]


def test_calling(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
