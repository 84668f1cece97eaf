"""Computing work: who gains when the CPU is what everybody wants?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import MAIN_WEIGHT, THOROUGH, Scenario
from waitbench.system import machine

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 30
"""Its rank among the suites."""


def computing(workload: str, *, blocks: int = 4, **params: str) -> Scenario:
    """Return four tasks for every core, as many at once as cores, in many short rounds."""
    cores = machine.cores_allowed()
    return Scenario(
        suite="cpu_bound",
        weight=MAIN_WEIGHT,
        launches=THOROUGH,
        blocks=blocks,
        workload=workload,
        params=params,
        tasks=4 * cores,
        concurrency=cores,
    )


SCENARIOS = [computing("compute", steps="25_000"), computing("digest", size="4MB")]
QUICK = SCENARIOS
FULL = [computing("image", blocks=6, side="768")]


def test_cpu_bound(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
