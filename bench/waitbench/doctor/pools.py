"""Pools at their limit: calls that waited for a thread, a process or a connection, or gave up."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from waitbench.doctor import source_lines
from waitbench.doctor.async_pools import KINDS
from waitbench.doctor.executors import to_processes, to_threads
from waitbench.doctor.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.doctor.async_pools import AsyncPool
    from waitbench.doctor.gil_holders import Called
    from waitbench.doctor.pool import Pool, Wait

    Replace = Callable[[Any, str, Callable[[Any], Any]], None]


class Pools:
    """All pools that were used while the examination lasted."""

    def __init__(self, calls: dict[int, Called]) -> None:
        self._calls = calls
        self.used: list[Pool] = []
        self._alive: WeakKeyDictionary[Any, Pool] = WeakKeyDictionary()
        self._replace: Replace
        self._waits: WeakKeyDictionary[Any, Wait] = WeakKeyDictionary()
        """The last waits of requests that a pool may send back into its line."""
        self._kept: dict[int, tuple[Any, Pool]] = {}

    def watch(self, replace: Replace) -> None:
        """Watch executors, and the pools of libraries as they are imported."""
        replace(ThreadPoolExecutor, "submit", partial(to_threads, self._pool, self._calls))
        replace(ProcessPoolExecutor, "submit", partial(to_processes, self._pool))
        self._replace = replace
        when_imported(dict.fromkeys((kind.module for kind in KINDS), self._imported), replace)

    def _imported(self, module: Any) -> None:
        """Watch the pools of one library."""
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

    def _acquiring(self, original: Callable[..., Any], kind: AsyncPool) -> Callable[..., Any]:
        async def acquire(owner: Any, *arguments: Any, **options: Any) -> Any:
            shared = kind.full_pool(owner, sys._getframe(1))  # noqa: SLF001
            if shared is None:
                return await original(owner, *arguments, **options)
            with self._waiting(shared, kind, owner):
                return await original(owner, *arguments, **options)

        def acquire_at_once(owner: Any, *arguments: Any, **options: Any) -> Any:
            shared = kind.full_pool(owner, sys._getframe(1))  # noqa: SLF001
            if shared is None:
                return original(owner, *arguments, **options)
            with self._waiting(shared, kind, owner):
                return original(owner, *arguments, **options)

        return acquire if kind.awaited else acquire_at_once

    @contextmanager
    def _waiting(self, shared: Any, kind: AsyncPool, owner: Any) -> Iterator[None]:
        """Keep how long a call waits for one of a full pool; one that waits again waits on."""
        pool = self._pool(shared, kind.seen)
        pool.place = pool.place or source_lines.caller()
        since_ns, served = time.perf_counter_ns(), False
        before = self._waits.get(owner) if owner is not shared else None
        if before is not None:
            pool.waits.remove(before)
            since_ns = before.since_ns
        try:
            yield
            served = True
        finally:
            wait = pool.waited(since_ns, served=served)
            if owner is not shared:
                self._waits[owner] = wait

    def _pool(self, owner: Any, new: Callable[[Any], Pool]) -> Pool:
        """Return what was seen of a pool so far, or begin to keep it."""
        return self._of(owner) or self._add(owner, new(owner))

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
