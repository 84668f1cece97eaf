"""The ways in which a coroutine can make a call that blocks: on its loop, or somewhere else."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Barrier
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from waitbench.scenario import BenchError
from waitbench.services.temporary_folder import for_fork_server
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from concurrent.futures import Executor
    from multiprocessing.synchronize import Barrier as ProcessBarrier

    from waitbench.scenario import TaskSpan

    Call = Callable[[int], Any]

VIAS = ("direct", "to_thread", "threads", "processes", "native")
"""On the loop itself; by asyncio.to_thread; in a thread pool or a process pool of one's own; or
not at all, but by what asyncio has in its place."""
MOST_THREADS = 64


def check(via: str, *, native: bool, call: str) -> None:
    """Refuse a way that there is not.

    Raises:
        BenchError: no such way, or `native` for a call that asyncio has no form of.
    """
    if one_of(VIAS, via, "via") == "native" and not native:
        raise BenchError(f"asyncio has no form of its own of {call!r}: take another via")


def clocked(call: Call, number: int) -> TaskSpan:
    """Make one call, wherever this runs, between two readings of the clock."""
    start_ns = perf_counter_ns()
    result = call(number)
    return start_ns, perf_counter_ns(), result


@asynccontextmanager
async def opened(
    via: str, call: Call, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[TaskSpan]]]:
    """Start what a way needs, its pool warm; yields the call in the form that is awaited.

    Args:
        via: one of `VIAS`, but `native`.
        call: what blocks; for `processes` it can be pickled.
        concurrency: threads of a thread pool; a process pool has one process per core.
    """

    async def direct(number: int) -> TaskSpan:
        return clocked(call, number)

    async def to_thread(number: int) -> TaskSpan:
        return await asyncio.to_thread(clocked, call, number)

    if via in {"direct", "to_thread"}:
        yield direct if via == "direct" else to_thread
        return
    loop = asyncio.get_running_loop()
    with _threads(concurrency) if via == "threads" else _processes() as pool:

        async def in_pool(number: int) -> TaskSpan:
            return await loop.run_in_executor(pool, clocked, call, number)

        yield in_pool


def _threads(concurrency: int) -> Executor:
    many = min(concurrency, MOST_THREADS)
    pool, everyone = ThreadPoolExecutor(many), Barrier(many)
    # A pool starts a thread only when none is idle: make them all wait for each other once.
    list(pool.map(lambda _: everyone.wait(), range(many)))
    return pool


def _processes() -> Executor:
    from waitbench.system import machine

    start = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    for_fork_server()
    many, context = machine.cores_allowed(), multiprocessing.get_context(start)
    pool = ProcessPoolExecutor(many, context, initializer=_meet, initargs=(context.Barrier(many),))
    list(pool.map(abs, range(many)))
    return pool


def _meet(everyone: ProcessBarrier) -> None:
    """Keep a child busy until all have come, so that none is started later."""
    everyone.wait()
