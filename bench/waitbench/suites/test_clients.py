"""Client libraries: what does a request cost in each of them, and what do their extras buy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 55
"""Its rank among the suites."""

PURE = {
    f"{library}_NO_EXTENSIONS": "1"
    for library in ("AIOHTTP", "YARL", "MULTIDICT", "FROZENLIST", "PROPCACHE")
}
"""What makes aiohttp and the libraries under it run as plain Python."""


def by(model: str, variant: str, *, needs: str | None = None, **params: str) -> Contestant:
    """Return a model with another library, or with another option of its library."""
    return Contestant(name=f"{model}-{variant}", model=model, params=params, needs=needs)


SYNC, THREADS, ASYNCIO, UVLOOP = map(Contestant.of, ("sync", "threads", "asyncio", "uvloop"))
WITHOUT_C = Contestant(name="asyncio-pure", model="asyncio", environ=PURE)
ASYNCIO_HTTPX = by("asyncio", "httpx", client="httpx", needs="httpx")
ASYNCIO_NIQUESTS = by("asyncio", "niquests", client="niquests", needs="niquests")

ALONE = (
    SYNC,
    by("sync", "urllib3", client="urllib3"),
    by("sync", "httpx", client="httpx", needs="httpx"),
    by("sync", "niquests", client="niquests", needs="niquests"),
    ASYNCIO,
    ASYNCIO_HTTPX,
    ASYNCIO_NIQUESTS,
    WITHOUT_C,
)
TOGETHER = (
    THREADS,
    by("threads", "urllib3", client="urllib3"),
    ASYNCIO,
    ASYNCIO_HTTPX,
    ASYNCIO_NIQUESTS,
    WITHOUT_C,
    UVLOOP,
)
LARGE = (
    SYNC,
    by("sync", "gzip", encoding="gzip"),
    ASYNCIO,
    by("asyncio", "gzip", encoding="gzip"),
    by("asyncio", "br", encoding="br", needs="brotli"),
    WITHOUT_C,
)
NAMED = (
    ASYNCIO,
    by("asyncio", "address", host="address"),
    by("asyncio", "resolver-threads", resolver="threads"),
    by("asyncio", "resolver-aiodns", resolver="aiodns", needs="aiodns"),
)


def http(
    tasks: int, concurrency: int, baseline: str, latency: str = "0ms", **params: str
) -> Scenario:
    """Return requests without a wait: what is left is the client and the target."""
    return Scenario(
        suite="clients",
        workload="http",
        params={"latency": latency, **params},
        tasks=tasks,
        concurrency=concurrency,
        baseline=baseline,
        launches=4,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    http(100, 1, "sync"),
    # Twenty at once of no wait keep the target too busy to tell one fast client from another.
    http(100, 20, "threads", "10ms"),
    http(20, 4, "asyncio", size="1MiB"),
    http(40, 1, "asyncio", connection="new", host="localhost"),
]


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return libraries for small answers, encodings for large ones, resolvers for names."""
    if "size" in scenario.params:
        return list(LARGE)
    if "host" in scenario.params:
        return list(NAMED)
    return list(ALONE if scenario.concurrency == 1 else TOGETHER)


def test_clients(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
