"""Pools at their limit: calls that waited for a thread, a process or a connection, or gave up."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from waitbench.doctor import source_lines
from waitbench.doctor.async_pools import KINDS
from waitbench.doctor.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from waitbench.doctor.async_pools import AsyncPool
    from waitbench.doctor.findings import SourceLine
    from waitbench.doctor.leaks import Leaks

    Replace = Callable[[Any, str, Callable[[Any], Any]], None]

SESSIONS = {"aiohttp.client": "ClientSession", "httpx": "AsyncClient", "httpx2": "AsyncClient"}
"""Client sessions by their modules: each has to be closed."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """What was seen of one pool.

    Attributes:
        chosen: whether the program chose the limit itself; a default limit is met by surprise.
        place: the line whose call was the first to wait.
        busy: where its threads were as it was full.
        waits_ns: how long calls waited for their turn.
        gave_up: how many of them never got it: cancelled, timed out, or in line at the end.
    """

    name: str
    limit: int
    chosen: bool
    place: SourceLine | None = None
    busy: Counter[SourceLine] = field(default_factory=Counter)
    calls: int = 0
    waits_ns: list[int] = field(default_factory=list)
    gave_up: int = 0
    in_line: dict[Any, int] = field(default_factory=dict)

    def waited(self, since_ns: int, *, served: bool) -> None:
        """Keep how long a call waited, and whether it got its turn."""
        self.waits_ns.append(time.perf_counter_ns() - since_ns)
        self.gave_up += not served


def cores() -> int:
    """Return the cores that pools are sized by, as `concurrent.futures` counts them."""
    cpus: int | None = getattr(os, "process_cpu_count", os.cpu_count)()  # the former since 3.13
    return cpus or 1


def default_threads() -> int:
    """Return the threads of a pool whose size nobody chose, as `concurrent.futures` has it."""
    return min(32, cores() + 4)


class Pools:
    """All pools that were used while the examination lasted."""

    def __init__(self, leaks: Leaks, calls: dict[int, Any]) -> None:
        self._calls = calls
        self.used: list[Pool] = []
        self._leaks = leaks
        self._alive: WeakKeyDictionary[Any, Pool] = WeakKeyDictionary()
        self._replace: Replace
        self._kept: dict[int, tuple[Any, Pool]] = {}

    def watch(self, replace: Replace) -> None:
        """Watch executors, and the pools and sessions of libraries as they are imported."""
        replace(ThreadPoolExecutor, "submit", self._submitting)
        replace(ProcessPoolExecutor, "submit", self._submitting_far)
        self._replace = replace
        when_imported(
            dict.fromkeys((*SESSIONS, *(kind.module for kind in KINDS)), self._imported), replace
        )

    def _imported(self, module: Any) -> None:
        """Watch the pools and sessions of one library."""
        session = SESSIONS.get(module.__name__)
        if session is not None:
            self._replace(getattr(module, session), "__init__", self._opening)
        for kind in KINDS:
            owner = getattr(module, kind.owner, None) if kind.module == module.__name__ else None
            if owner is not None and hasattr(owner, kind.method):  # its own affair: it may go
                self._replace(owner, kind.method, partial(self._acquiring, kind=kind))

    def finish(self) -> None:
        """Count the calls that are still in line: nobody will serve them."""
        for pool in self.used:
            for future, since_ns in tuple(pool.in_line.items()):
                if not future.done():
                    pool.waited(since_ns, served=False)
            pool.in_line.clear()

    def _submitting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        clock, calls, ident = time.perf_counter_ns, self._calls, threading.get_ident

        def submit(executor: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
            pool = self._alive.get(executor)
            if pool is None:
                limit = executor._max_workers  # noqa: SLF001  there is no other way
                usual = limit == default_threads()
                name = "the default thread pool" if usual else "a thread pool of its own"
                pool = self._add(executor, Pool(name=name, limit=limit, chosen=not usual))
            pool.calls += 1
            full = _full(executor)
            since_ns = clock()

            def begin(*arguments: Any, **options: Any) -> Any:
                pool.waits_ns.append(clock() - since_ns)
                calls[ident()] = call
                return call(*arguments, **options)

            future = original(executor, begin, *arguments, **options)
            if full:
                pool.place = pool.place or source_lines.caller()
                _look(pool, executor)
                _stand_in_line(pool, future, since_ns)
            return future

        return submit

    def _submitting_far(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def submit(executor: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
            pool = self._alive.get(executor)
            if pool is None:
                limit = executor._max_workers  # noqa: SLF001  there is no other way
                chosen = limit != cores()
                pool = self._add(executor, Pool(name="a process pool", limit=limit, chosen=chosen))
            pool.calls += 1
            full = len(executor._pending_work_items) >= pool.limit  # noqa: SLF001
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

    def _acquiring(self, original: Callable[..., Any], kind: AsyncPool) -> Callable[..., Any]:
        async def acquire(owner: Any, *arguments: Any, **options: Any) -> Any:
            shared = kind.full_pool(owner, sys._getframe(1))  # noqa: SLF001
            if shared is None:
                return await original(owner, *arguments, **options)
            with self._waiting(shared, kind):
                return await original(owner, *arguments, **options)

        def acquire_at_once(owner: Any, *arguments: Any, **options: Any) -> Any:
            shared = kind.full_pool(owner, sys._getframe(1))  # noqa: SLF001
            if shared is None:
                return original(owner, *arguments, **options)
            with self._waiting(shared, kind):
                return original(owner, *arguments, **options)

        return acquire if kind.awaited else acquire_at_once

    @contextmanager
    def _waiting(self, shared: Any, kind: AsyncPool) -> Iterator[None]:
        """Keep how long a call waits for one of a full pool."""
        pool = self._of(shared)
        if pool is None:
            limit = kind.limit(shared)
            new = Pool(name=kind.name, limit=limit, chosen=limit != kind.usual)
            pool = self._add(shared, new)
        pool.place = pool.place or source_lines.caller()
        pool.calls += 1
        since_ns, served = time.perf_counter_ns(), False
        try:
            yield
            served = True
        finally:
            pool.waited(since_ns, served=served)

    def _opening(self, original: Callable[..., None]) -> Callable[..., None]:
        opened = self._leaks.opened

        def __init__(session: Any, *arguments: Any, **options: Any) -> None:  # noqa: N807
            original(session, *arguments, **options)
            opened[id(session)] = (weakref.ref(session), source_lines.caller())

        return __init__

    def _of(self, owner: Any) -> Pool | None:
        """Return what was seen of a pool so far."""
        kept = self._kept.get(id(owner))
        if kept is not None:
            return kept[1]
        try:
            return self._alive.get(owner)
        except TypeError:  # it cannot be referenced weakly
            return None

    def _add(self, owner: Any, pool: Pool) -> Pool:
        try:
            self._alive[owner] = pool
        except TypeError:
            self._kept[id(owner)] = owner, pool
        self.used.append(pool)
        return pool


def _full(executor: Any) -> bool:
    """Return whether a call that is handed in now has to wait for a thread."""
    if executor._work_queue.qsize() > 0:  # noqa: SLF001
        return True
    idle = getattr(getattr(executor, "_idle_semaphore", None), "_value", 1)
    return not idle and len(executor._threads) >= executor._max_workers  # noqa: SLF001


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
    frames = sys._current_frames()  # noqa: SLF001  there is no other way
    for thread in tuple(executor._threads):  # noqa: SLF001
        lines = source_lines.stack(frames.get(thread.ident))
        own = [line for line in lines if not source_lines.is_library(line[0].co_filename)]
        if own:
            pool.busy[source_lines.source_line(own[-1])] += 1
