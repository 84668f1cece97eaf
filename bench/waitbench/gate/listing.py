"""`python -m waitbench.gate.listing FILE ROOT …` prints a side's benchmarks as JSON.

It runs in the interpreter and with the paths of one side, so it imports nothing that costs.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, suppress
from statistics import median
from time import perf_counter
from typing import Any

from waitbench.scenario import BenchError
from waitbench.user_code import benchmark_file

AT_LEAST_S = 0.01
"""So long a handful of calls must take to tell what one takes."""
MOST_CALLS = 1_000_000
OPENINGS, FIRST_FEW = 3, 6
"""How often a benchmark is begun anew, and its calls each time, to see what the first one does."""
FAR, FAR_S = 2.0, 50e-6
"""A first call that does other work takes so many times as long as the rest, and so much longer."""
LONGEST_S = 0.2
"""A call that takes longer is not begun anew: a gate has to end."""

Maker = Callable[[], Any] | None
"""Makes the input of a call."""


def main(file: str, root: str, paths: str, away: str, target: str = "") -> None:
    """Print a JSON object: each benchmark by its name, and what it imports; or `error`."""
    try:
        benchmark_file.enter(root, paths.split(":") if paths else [])
        benchmarks = benchmark_file.benchmarks(benchmark_file.load(file))
        benchmark_file.refuse_strays(away)
    except BenchError as wrong:
        print(json.dumps({"error": str(wrong)}))  # noqa: T201 - its output is its answer
        return
    descriptions = {name: _described(thing, target) for name, thing in benchmarks.items()}
    outside = benchmark_file.from_outside(root)
    asked = [
        name
        for name, described in descriptions.items()
        if (described.get("seconds") or LONGEST_S) < LONGEST_S and _begun_anew(benchmarks[name])
    ]
    for name, pair in _first_calls(file, asked).items():
        descriptions[name]["first"] = pair
    print(json.dumps({"benchmarks": descriptions, "outside": outside}))  # noqa: T201


def _begun_anew(thing: Any) -> bool:
    """Whether a benchmark is one whose first call can be looked at: no input, target or loop."""
    plain = not benchmark_file.kind(thing).awaited and not benchmark_file.wants_target(thing)
    return plain and benchmark_file.maker(thing) is None


def _described(thing: Any, target: str) -> dict[str, Any]:
    """Return what must be known to race a benchmark; `seconds` of one call if it could be tried."""
    wants = benchmark_file.wants_target(thing)
    description: dict[str, Any] = {"wants_target": wants, "source": _fingerprint(thing)}
    if isinstance(thing, type):
        models = list(getattr(thing, "models", ("sync",)))
        sizes = {name: int(getattr(thing, name, 1)) for name in ("tasks", "concurrency")}
        return {**description, "workload": True, "models": models, **sizes}
    kind = benchmark_file.kind(thing)
    description |= {"workload": False, "models": ["asyncio" if kind.awaited else "sync"]}
    description |= {"tasks": 1, "concurrency": 1, "seconds": None}
    if wants and not target:
        return description
    call = benchmark_file.bound(thing, {"target": target} if wants else {})
    try:
        maker = benchmark_file.maker(thing)
        seconds = (
            asyncio.run(_awaited(call, kind, maker)) if kind.awaited else _called(call, kind, maker)
        )
    except Exception as error:  # noqa: BLE001 - a benchmark may fail in any way; the gate says how
        return {**description, "failure": f"{type(error).__name__}: {error}"}
    return {**description, "seconds": seconds}


def _called(function: Any, kind: benchmark_file.Kind, maker: Maker) -> float:
    """Return the seconds of one call, over as many calls as take long enough."""
    with ExitStack() as stack:
        call = stack.enter_context(function()) if kind.opened else function
        calls, took_s = 1, 0.0
        call(*_inputs(maker, 1)[0])
        while took_s < AT_LEAST_S and calls < MOST_CALLS:
            began_s = perf_counter()
            for given in _inputs(maker, calls):
                call(*given)
            took_s = perf_counter() - began_s
            calls *= 4
        return took_s / (calls // 4)


async def _awaited(function: Any, kind: benchmark_file.Kind, maker: Maker) -> float:
    """Return the seconds of one awaited call, over as many calls as take long enough."""
    async with AsyncExitStack() as stack:
        call = await stack.enter_async_context(function()) if kind.opened else function
        calls, took_s = 1, 0.0
        await call(*_inputs(maker, 1)[0])
        while took_s < AT_LEAST_S and calls < MOST_CALLS:
            began_s = perf_counter()
            for given in _inputs(maker, calls):
                await call(*given)
            took_s = perf_counter() - began_s
            calls *= 4
        return took_s / (calls // 4)


def _inputs(maker: Maker, calls: int) -> Sequence[tuple[Any, ...]]:
    """Return the arguments of so many calls; making them counts, for a round is made of both."""
    return [(maker(),) for _ in range(calls)] if maker else [()] * calls


def _first_calls(file: str, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return seconds of a first and a later call, where the first does other work than the rest.

    The file is loaded anew, or what it opens is opened anew: its input is then as it was, while
    imports and connections of the very first call are no longer in the way. A file that cannot be
    loaded twice is let be.
    """
    walls: dict[str, list[list[float]]] = {}
    for _ in range(OPENINGS):
        with suppress(Exception):
            things = benchmark_file.benchmarks(benchmark_file.load_anew(file))
            for name in names:
                with suppress(Exception):
                    walls.setdefault(name, []).append(_timed(things[name]))
    return {
        name: pair
        for name, openings in walls.items()
        if len(openings) == OPENINGS and (pair := _other_work(openings))
    }


def _timed(thing: Any) -> list[float]:
    """Return the seconds of the first few calls of a benchmark."""
    walls = []
    with ExitStack() as stack:
        call = stack.enter_context(thing()) if benchmark_file.kind(thing).opened else thing
        for _ in range(FIRST_FEW):
            began_s = perf_counter()
            call()
            walls.append(perf_counter() - began_s)
    return walls


def _other_work(openings: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """Return the first and a later call of several openings, if the first is always far longer."""
    first_s = min(walls[0] for walls in openings)
    later_s = median(wall_s for walls in openings for wall_s in walls[1:])
    far = first_s > FAR * later_s and first_s - later_s > FAR_S
    return (first_s, later_s) if far else None


def _fingerprint(thing: Any) -> str:
    """Return a hash of the benchmark's source: it differs where the two sides read differently."""
    try:
        source = inspect.getsource(inspect.unwrap(thing))
    except OSError:
        source = ""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


if __name__ == "__main__":
    main(*sys.argv[1:])
