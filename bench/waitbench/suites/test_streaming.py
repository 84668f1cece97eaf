"""Streaming: many answers in pieces at once, who is there for each piece when it comes?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.options import Options
    from waitbench.pytest_plugin.replay import Entry

PLACE = 56
"""Its rank among the suites."""
FEW = 20
BLOCK = "60ms"
"""Three gaps: what one coroutine's call that blocks costs all others can not be overlooked."""


def streams(at_once: int, gap: str, count: int, baseline: str, **params: str) -> Scenario:
    """Return so many streams, all begun together, a piece every `gap` in each."""
    blocks = "-blocked" if "block" in params else ""
    return Scenario(
        suite="streaming",
        workload="stream",
        params={"gap": gap, "count": str(count), **params},
        tasks=at_once,
        concurrency=at_once,
        baseline=baseline,
        launches=3,
        label=f"stream-{gap}-c{at_once}{blocks}",
    )


def by(model: str, variant: str, *, needs: str | None = None, **params: str) -> Contestant:
    """Return a model with another library, framing or call."""
    return Contestant(name=f"{model}-{variant}", model=model, params=params, needs=needs)


SYNC, THREADS, ASYNCIO, UVLOOP = map(Contestant.of, ("sync", "threads", "asyncio", "uvloop"))
HTTPX = by("asyncio", "httpx", client="httpx", needs="httpx")
HTTPX2 = by("asyncio", "httpx2", client="httpx2", needs="httpx2")
ALONE = (
    SYNC,
    by("sync", "close", framing="close"),
    by("sync", "urllib3", client="urllib3"),
    ASYNCIO,
    by("asyncio", "close", framing="close"),
    HTTPX,
    HTTPX2,
    by("asyncio", "pyreqwest", client="pyreqwest", needs="pyreqwest"),
    by("asyncio", "pyreqwest-default", client="pyreqwest-default", needs="pyreqwest"),
)
MANY = (THREADS, ASYNCIO, UVLOOP)
TOGETHER = (*MANY, HTTPX, HTTPX2)
BLOCKED = (
    ASYNCIO,
    by("asyncio", "blocking", block=BLOCK),
    THREADS,
    by("threads", "blocking", block=BLOCK),
)

MANY_GAPS = {"20ms": 10, "100ms": 4}
"""By gap, how many pieces each of 200 streams has."""
FULL: list[Scenario] = [
    streams(1, "20ms", 10, "sync"),
    streams(FEW, "20ms", 6, "threads"),
    streams(FEW, "5ms", 40, "threads"),
    *(streams(200, gap, pieces, "threads") for gap, pieces in MANY_GAPS.items()),
    streams(FEW, "20ms", 10, "asyncio", block="0ms"),
]


SAMPLE = [replace(each, launches=3) for each in FULL if each.concurrency > FEW]
"""What a run of everything races of it: what many streams need."""
SAMPLED = ("threads", "asyncio")
"""Who takes part in that."""


def choose(asked: Options, *, named: bool) -> list[Scenario]:
    """Return all of it when it is named, and the sample within a run of everything."""
    if named:
        return list(FULL)
    return list(SAMPLE) if asked.full else []


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return libraries and framings for one stream, models for many.

    sync takes one stream after the other, which for 200 of them would be 40 s a round, and httpx
    needs 25 s for 200 that come in 0.25 s, all of it on the CPU: both stand among 20.
    """
    if "block" in scenario.params:
        return list(BLOCKED)
    if scenario.concurrency == 1:
        return list(ALONE)
    if scenario.concurrency > FEW:
        return [each for each in MANY if scenario not in SAMPLE or each.name in SAMPLED]
    return [SYNC, *TOGETHER] if scenario.params["gap"] == "20ms" else list(TOGETHER)


def test_streaming(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
