"""The article's fetching loop: how does its gap grow with K URLs, and what of it is reuse?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 50
"""Its rank among the suites."""

KEPT = tuple(map(Contestant.of, ("sync", "asyncio")))
NEW = tuple(
    Contestant(name=f"{model}-new", model=model, params={"connection": "new"})
    for model in ("sync", "asyncio")
)
"""As the article writes it: `requests.get` per URL; one session, whose connections are new."""
BY_NAME = tuple(
    Contestant(
        name=f"{model}-by-name", model=model, params={"connection": "new", "host": "localhost"}
    )
    for model in ("sync", "asyncio")
)
OTHERS = tuple(map(Contestant.of, ("threads", "processes")))


def fetching(urls: int, latency: str = "10ms") -> Scenario:
    """Return the scenario of K URLs of one latency, all at once where that can be."""
    return Scenario(
        suite="article",
        workload="http",
        params={"latency": latency},
        tasks=urls,
        concurrency=urls,
    )


FEW = 5
SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [*(fetching(urls) for urls in (2, 5, 10, 20)), fetching(20, "0ms")]
SAMPLE = [each for each in FULL if each.tasks != FEW]
"""What a run of everything has of it."""


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return ways to connect, and to connect by name where no wait hides what names cost."""
    waits = scenario.params["latency"] != "0ms"
    return [*KEPT, *NEW, *(OTHERS if waits else BY_NAME)]


def test_article(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
