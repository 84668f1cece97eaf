"""Benchmarks of a side in, out which of them does other work at its first call than at the rest."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack, suppress
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from waitbench.user_code import benchmark_file
from waitbench.user_code.collected import collected

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENINGS, FIRST_FEW = 3, 6
"""How often a benchmark is begun anew, and its calls each time, to see what the first one does."""
FAR, FAR_S = 3.0, 50e-6
"""A first call that does other work takes so many times as long as the rest, and so much longer."""


def first_calls(file: str, root: str, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return seconds of a first and a later call, where the first does other work than the rest.

    The file and the project's own modules are loaded anew, and what it opens is opened anew: its
    input is then as it was, and what it remembers forgotten, while imports and connections of the
    very first call are no longer in the way. A file that cannot be loaded twice is let be.
    """
    walls: dict[str, list[list[float]]] = {}
    for _ in range(OPENINGS):
        with suppress(Exception):
            things = collected(benchmark_file.load_anew(file, root)).benchmarks
            for name in names:
                thing = things[name]
                awaited = benchmark_file.kind(thing).awaited
                with suppress(Exception):
                    timed = asyncio.run(_timed_later(thing)) if awaited else _timed(thing)
                    walls.setdefault(name, []).append(timed)
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


async def _timed_later(thing: Any) -> list[float]:
    """Return the seconds of the first few calls of a benchmark that is awaited."""
    walls = []
    async with AsyncExitStack() as stack:
        opened = benchmark_file.kind(thing).opened
        call = await stack.enter_async_context(thing()) if opened else thing
        for _ in range(FIRST_FEW):
            began_s = perf_counter()
            await call()
            walls.append(perf_counter() - began_s)
    return walls


def _other_work(openings: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """Return the first and a later call of several openings, if the first is always far longer."""
    first_s = min(walls[0] for walls in openings)
    later_s = median(wall_s for walls in openings for wall_s in walls[1:])
    far = first_s > FAR * later_s and first_s - later_s > FAR_S
    return (first_s, later_s) if far else None
