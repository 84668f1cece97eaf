"""Waiting work: what do threads, processes and asyncio gain, at which latency and width?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import MAIN_WEIGHT, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 10
"""Its rank among the suites."""


def http(  # noqa: PLR0913 - each is a part of the question
    latency: str,
    tasks: int,
    concurrency: int,
    *,
    control: bool = False,
    launches: int = 0,
    blocks: int = 1,
) -> Scenario:
    """Return requests of one latency over kept connections.

    The control tells what the client library gives without any concurrency: it is not the same
    for sync and asyncio.
    """
    return Scenario(
        suite="io_bound",
        weight=MAIN_WEIGHT,
        workload="http",
        params={"latency": latency},
        tasks=tasks,
        concurrency=concurrency,
        controls=("asyncio_serial",) if control else (),
        launches=launches,
        blocks=blocks,
    )


def sleep(duration: str, tasks: int) -> Scenario:
    """Return pure waiting, all at once: no client library in the way."""
    return Scenario(
        suite="io_bound",
        weight=MAIN_WEIGHT,
        workload="sleep",
        params={"duration": duration},
        tasks=tasks,
        concurrency=tasks,
    )


SCENARIOS = [
    http("50ms", 10, 10, control=True, launches=4),
    http("50ms", 32, 32),
    http("200ms", 5, 5),
    http("10ms", 100, 10),
    http("10ms", 100, 50, launches=4),
    http("0ms", 100, 10, control=True, launches=6, blocks=2),
    sleep("10ms", 50),
]
QUICK = [http("50ms", 10, 10), http("10ms", 20, 20)]


def test_io_bound(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
