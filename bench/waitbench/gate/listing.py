"""`python -m waitbench.gate.listing FILE ROOT …` prints a side's benchmarks as JSON.

It runs in the interpreter and with the paths of one side, so it imports nothing that costs.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import inspect
import json
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from time import perf_counter
from typing import Any

from waitbench.gate.first_calls import first_calls
from waitbench.scenario import BenchError
from waitbench.user_code import benchmark_file
from waitbench.user_code.collected import collected
from waitbench.user_code.unconsumed import CURE, unconsumed

AT_LEAST_S = 0.01
"""So long a handful of calls must take to tell what one takes."""
MOST_CALLS = 1_000_000
LONGEST_S = 0.2
"""A call that takes longer is not begun anew: a gate has to end."""

ADDRESS = re.compile(" at 0x[0-9a-f]+")
"""In how an object is written, what is another in each process."""
Maker = Callable[[], Any] | None
"""Makes the input of a call."""


def main(file: str, root: str, paths: str, away: str, target: str = "") -> None:
    """Print a JSON object: each benchmark by its name, and what it imports; or `error`.

    With the URL of a target it tells of those benchmarks alone that want one.
    """
    try:
        benchmark_file.enter(root, paths.split(":") if paths else [])
        there = collected(benchmark_file.load(file))
        benchmark_file.refuse_strays(away)
    except BenchError as wrong:
        print(json.dumps({"error": str(wrong)}))  # noqa: T201 - its output is its answer
        return
    benchmarks = {
        name: thing
        for name, thing in there.benchmarks.items()
        if not target or benchmark_file.wants_target(thing)
    }
    descriptions = {name: _described(thing, target) for name, thing in benchmarks.items()}
    outside = benchmark_file.from_outside(root)
    asked = [
        name
        for name, described in descriptions.items()
        if (described.get("seconds") or LONGEST_S) < LONGEST_S and _begun_anew(benchmarks[name])
    ]
    for name, pair in first_calls(file, root, asked).items():
        descriptions[name]["first"] = pair
    reply = {"benchmarks": descriptions, "outside": outside, "left_out": there.left_out}
    print(json.dumps(reply))  # noqa: T201 - likewise


def _begun_anew(thing: Any) -> bool:
    """Whether a benchmark is one whose first call can be looked at: no input of its own, or URL."""
    return not benchmark_file.wants_target(thing) and benchmark_file.maker(thing) is None


def _described(thing: Any, target: str) -> dict[str, Any]:
    """Return what must be known to race a benchmark; `seconds` of one call if it could be tried."""
    wants = benchmark_file.wants_target(thing)
    description: dict[str, Any] = {
        "wants_target": wants,
        "source": _fingerprint(thing),
        "line": _line(thing),
    }
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
    if inspect.isgeneratorfunction(thing) or inspect.isasyncgenfunction(thing):
        failure = (
            "it is a generator function, and calling it runs nothing: go through it in a function, "
            "or put @contextmanager above it where what it yields is to be timed"
        )
        return {**description, "failure": failure}
    try:
        maker = benchmark_file.maker(thing)
        seconds = (
            asyncio.run(_awaited(call, kind, maker)) if kind.awaited else _called(call, kind, maker)
        )
    except BenchError as refused:
        return {**description, "failure": str(refused)}
    except Exception as error:  # noqa: BLE001 - a benchmark may fail in any way; the gate says how
        return {**description, "failure": f"{type(error).__name__}: {error}"}
    return {**description, "seconds": seconds}


def _called(function: Any, kind: benchmark_file.Kind, maker: Maker) -> float:
    """Return the seconds of one call, over as many calls as take long enough."""
    with ExitStack() as stack:
        call = stack.enter_context(function()) if kind.opened else function
        calls, took_s = 1, 0.0
        _refuse_unconsumed(call(*_inputs(maker, 1)[0]))
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
        _refuse_unconsumed(await call(*_inputs(maker, 1)[0]))
        while took_s < AT_LEAST_S and calls < MOST_CALLS:
            began_s = perf_counter()
            for given in _inputs(maker, calls):
                await call(*given)
            took_s = perf_counter() - began_s
            calls *= 4
        return took_s / (calls // 4)


def _refuse_unconsumed(result: Any) -> None:
    if what := unconsumed(result):
        raise BenchError(
            f"it gives back {what}: what is timed is not the work but its beginning; {CURE}"
        )


def _inputs(maker: Maker, calls: int) -> Sequence[tuple[Any, ...]]:
    """Return the arguments of so many calls; making them counts, for a round is made of both."""
    return [(maker(),) for _ in range(calls)] if maker else [()] * calls


def _fingerprint(thing: Any) -> str:
    """Return a hash of the benchmark's source but for its name, and of its parameters.

    It differs where the two sides read differently.
    """
    inner = inspect.unwrap(thing)
    try:
        source = inspect.getsource(inner)
    except (OSError, TypeError):  # made by a program, or written in C
        return ""
    text = re.sub(rf"\b{re.escape(inner.__name__)}\b", "it", source)
    if isinstance(thing, functools.partial):
        text += ADDRESS.sub("", f"{thing.args!r}{thing.keywords!r}")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _line(thing: Any) -> int:
    """Return the line that a function or class begins in; 1 where that is not known."""
    try:
        return max(1, inspect.getsourcelines(inspect.unwrap(thing))[1])
    except (OSError, TypeError):
        return 1


if __name__ == "__main__":
    main(*sys.argv[1:])
