"""Client libraries: what does a request cost in each of them, and what do their extras buy?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.pythons import apart
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.options import Options
    from waitbench.pytest_plugin.replay import Entry

PLACE = 55
"""Its rank among the suites."""

PURE = {
    f"{library}_NO_EXTENSIONS": "1"
    for library in ("AIOHTTP", "YARL", "MULTIDICT", "FROZENLIST", "PROPCACHE")
}
"""What makes aiohttp and the libraries under it run as plain Python."""
DEAF = {"pyqwest": {"NO_PROXY": "127.0.0.1,localhost"}}
"""Variables for a library that has no switch against proxies of the environment."""
USUAL = {"sync": "requests", "threads": "requests", "asyncio": "aiohttp"}
NEEDS = {"requests": "urllib3", "urllib3": "urllib3", "aiohttp": None}
"""What a client needs that is not called like it: who is on urllib3 wants no fork of it."""


def by(model: str, variant: str, *, needs: str | None = None, **params: str) -> Contestant:
    """Return a model with another option of its usual library."""
    return Contestant(name=f"{model}-{variant}", model=model, params=params, needs=needs)


def client(model: str, library: str, *, default: bool = False) -> Contestant:
    """Return a model with a library, by the limits that it has by itself or by fitting ones.

    The usual one of a model is called like the model. What must not be installed beside the
    others comes from a folder of its own.
    """
    name = model if library == USUAL[model] else f"{model}-{library}"
    own = library in apart.WHY
    return Contestant(
        name=f"{name}-default" if default else name,
        model=model,
        params={"client": library, **({"limits": "default"} if default else {})},
        needs=NEEDS.get(library, library),
        environ=apart.environ(library) if own else DEAF.get(library, {}),
    )


SYNC = tuple(
    client("sync", library)
    for library in ("requests", "urllib3", "httpx", "httpx2", "niquests", "pyreqwest", "pyqwest")
)
ASYNC = tuple(
    client("asyncio", library)
    for library in ("aiohttp", "httpx", "httpx2", "niquests", "pyreqwest", "pyqwest")
)
WITHOUT_C = Contestant(
    name="asyncio-pure", model="asyncio", params={"client": "aiohttp"}, environ=PURE
)
UVLOOP = Contestant(name="uvloop", model="uvloop", params={"client": "aiohttp"})

ALONE = (*SYNC, *ASYNC, WITHOUT_C)
TOGETHER = (
    *(client("threads", library) for library in ("requests", "urllib3", "pyreqwest")),
    *ASYNC,
    WITHOUT_C,
    UVLOOP,
)
CROWD = tuple(
    client("asyncio", library, default=default)
    for library in ("aiohttp", "httpx2", "niquests", "pyreqwest", "pyqwest")
    for default in (False, True)
)
LARGE = (
    Contestant.of("sync"),
    by("sync", "gzip", encoding="gzip"),
    Contestant.of("asyncio"),
    by("asyncio", "gzip", encoding="gzip"),
    by("asyncio", "br", encoding="br", needs="brotli"),
    Contestant(name="asyncio-pure", model="asyncio", environ=PURE),
)
NAMED = (
    Contestant.of("asyncio"),
    by("asyncio", "address", host="address"),
    by("asyncio", "resolver-threads", resolver="threads"),
    by("asyncio", "resolver-aiodns", resolver="aiodns", needs="aiodns"),
)
FEW = "-few"
"""What ends the name of a scenario of which a run of everything has a sample."""
SAMPLE = (
    "sync", "sync-urllib3", "sync-httpx2", "sync-pyreqwest",
    "asyncio", "asyncio-httpx2", "asyncio-pyreqwest", "asyncio-pyqwest",
)  # fmt: skip


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


ONE_BY_ONE = http(100, 1, "sync")
# Twenty at once of no wait keep the target too busy to tell one fast client from another.
AT_ONCE = http(100, 20, "threads", "10ms")
WAVES = http(300, 150, "asyncio", "50ms")
FULL: list[Scenario] = [
    ONE_BY_ONE,
    AT_ONCE,
    WAVES,
    http(20, 4, "asyncio", size="1MiB"),
    http(40, 1, "asyncio", connection="new", host="localhost"),
]


def choose(asked: Options, *, named: bool) -> list[Scenario]:
    """Run all of it when it is named, and a sample within a run of everything."""
    if named:
        return FULL[:2] if asked.quick else FULL
    return [replace(ONE_BY_ONE, label=f"{ONE_BY_ONE.name}{FEW}")] if asked.full else []


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return libraries for small answers, encodings for large ones, resolvers for names."""
    if scenario.label.endswith(FEW):
        return [contestant for contestant in ALONE if contestant.name in SAMPLE]
    if "size" in scenario.params:
        return list(LARGE)
    if "host" in scenario.params:
        return list(NAMED)
    if scenario.concurrency == 1:
        return list(ALONE)
    return list(CROWD if scenario.concurrency >= WAVES.concurrency else TOGETHER)


def test_clients(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
