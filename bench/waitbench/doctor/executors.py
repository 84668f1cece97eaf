"""Pools of threads and of processes: how long what is handed in waits for one, or gives up."""
# ruff: noqa: SLF001  what executors keep to themselves is what there is to see

from __future__ import annotations

import sys
import threading
import time
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.doctor import source_lines
from waitbench.doctor.gil_holders import Called
from waitbench.doctor.pool import Pool, Wait, cores, default_threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    PoolOf = Callable[[Any, Callable[[Any], Pool]], Pool]
    """Finds what was seen of an executor so far, or makes it anew."""


def to_threads(
    pool_of: PoolOf, calls: dict[int, Called], original: Callable[..., Any]
) -> Callable[..., Any]:
    """Return `submit` of a pool of threads: it keeps how long each call waits for one."""
    clock, ident = time.perf_counter_ns, threading.get_ident

    def submit(executor: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
        pool = pool_of(executor, _threads)
        pool.calls += 1
        full = _full(executor)
        what = called(call)
        if what.code is None:
            what = what._replace(place=source_lines.caller())
        since_ns = clock()

        def begin(*arguments: Any, **options: Any) -> Any:
            if full:  # else it is a new thread that took its time to begin
                pool.waits.append(Wait(since_ns, clock() - since_ns))
            calls[ident()] = what
            return call(*arguments, **options)

        future = original(executor, begin, *arguments, **options)
        if full:
            pool.place = pool.place or source_lines.caller()
            _look(pool, executor)
            _stand_in_line(pool, future, since_ns)
        return future

    return submit


def to_processes(pool_of: PoolOf, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return `submit` of a pool of processes: it keeps how long a call waits in a full one."""

    def submit(executor: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
        pool = pool_of(executor, _processes)
        pool.calls += 1
        full = len(executor._pending_work_items) >= pool.limit
        since_ns = time.perf_counter_ns()
        future = original(executor, call, *arguments, **options)
        if full:
            pool.place = pool.place or source_lines.caller()
            _stand_in_line(pool, future, since_ns)
            start = future.set_running_or_notify_cancel

            def started() -> bool:
                runs: bool = start()
                if runs:
                    pool.waited(since_ns, served=True)
                return runs

            future.set_running_or_notify_cancel = started
        return future

    return submit


def _threads(executor: Any) -> Pool:
    limit = executor._max_workers
    usual = limit == default_threads()
    name = "the default thread pool" if usual else "a thread pool of its own"
    return Pool(name=name, limit=limit, chosen=not usual)


def _processes(executor: Any) -> Pool:
    limit = executor._max_workers
    return Pool(name="a process pool", limit=limit, chosen=limit != cores())


def called(call: Any) -> Called:
    """Return what a thread is called for, and nothing that would keep it alive."""
    while isinstance(call, partial):
        # asyncio.to_thread has it run within its context.
        within = isinstance(getattr(call.func, "__self__", None), Context)
        call = call.args[0] if within and call.args else call.func
    name = getattr(call, "__qualname__", type(call).__qualname__)
    return Called(name, getattr(call, "__code__", None))


def _full(executor: Any) -> bool:
    """Return whether a call that is handed in now has to wait for a thread."""
    idle = getattr(getattr(executor, "_idle_semaphore", None), "_value", 1)
    free: int = executor._max_workers - len(executor._threads) + idle
    in_line: int = executor._work_queue.qsize()
    return in_line >= free


def _stand_in_line(pool: Pool, future: Future[Any], since_ns: int) -> None:
    """Note that a call stands in line, until it gets its turn or gives up."""

    def over(future: Future[Any]) -> None:
        pool.in_line.pop(future, None)
        if future.cancelled():
            pool.waited(since_ns, served=False)

    pool.in_line[future] = since_ns
    future.add_done_callback(over)


def _look(pool: Pool, executor: Any) -> None:
    """Note where the threads of a full pool are: the outermost line of the user's own."""
    if pool.busy.total() > pool.limit:
        return
    frames = sys._current_frames()
    for thread in tuple(executor._threads):
        lines = source_lines.stack(frames.get(thread.ident))
        own = [line for line in lines if not source_lines.is_library(line[0].co_filename)]
        if own:
            pool.busy[source_lines.source_line(own[-1])] += 1
