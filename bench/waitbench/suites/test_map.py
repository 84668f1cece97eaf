"""The map: which model is fastest, by wait per task, CPU per task and how many at once?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 90
"""Its rank among the suites."""

LITTLE = 2
WAITS = {1: ("20ms",), LITTLE: ("2ms", "20ms"), 16: ("2ms", "20ms")}
"""By how many at once: where nothing can overlap, whatever the wait is, where little can, and where
much can. Below 2 ms a burst of requests would measure the target."""
STEPS = ("1_000", "10_000", "40_000")
"""About 0.1, 1 and 4 ms of computing; the client library's own CPU comes on top of it."""
FEWEST_TASKS = 8
"""As many as are at once, if that is more: C divides them, and sync takes 0.4 s at most."""
LAUNCHES = 3
SHORT_OR_ALONE = (1, 16)
"""At once, where a light cell has more rounds: they are short there, or all models are alike."""


def cell(at_once: int, wait: str, steps: str) -> Scenario:
    """Return one cell of the map; short rounds feel all interference: there are more."""
    tasks = max(at_once, FEWEST_TASKS)
    light, heavy = steps == STEPS[0], steps == STEPS[-1]
    short = (wait == "2ms" and not heavy) or (light and at_once in SHORT_OR_ALONE)
    return Scenario(
        suite="map",
        workload="mixed",
        params={"latency": wait, "steps": steps},
        tasks=tasks,
        concurrency=at_once,
        weight=1.5,  # contestants lie close to each other here
        launches=LAUNCHES,
        blocks=3 if short else 1,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    cell(at_once, wait, steps)
    for at_once, waits in WAITS.items()
    for wait in waits
    for steps in STEPS
]
SAMPLE = [each for each in FULL if each.concurrency != LITTLE or each.params["latency"] == "2ms"]
"""What a run of everything has of it: where little can overlap, the short wait."""


def test_map(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
