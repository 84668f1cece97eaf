"""Pools at their limit: calls that waited for a thread, requests that waited for a connection."""

from __future__ import annotations

import os
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from waitbench.doctor import source_lines
from waitbench.doctor.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.doctor.findings import SourceLine
    from waitbench.doctor.leaks import Leaks

AIOHTTP_LIMIT = 100
"""Connections of an aiohttp connector, if nobody says otherwise."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """What was seen of one pool.

    Attributes:
        chosen: whether the program chose the limit itself; a default limit is met by surprise.
        place: the line whose call was the first to wait.
        waits_ns: how long calls waited for their turn.
    """

    name: str
    limit: int
    chosen: bool
    place: SourceLine | None = None
    calls: int = 0
    waits_ns: list[int] = field(default_factory=list)


def default_threads() -> int:
    """Threads of a pool whose size nobody chose, as `concurrent.futures` has it."""
    cpus: int | None = getattr(os, "process_cpu_count", os.cpu_count)()  # the former since 3.13
    return min(32, (cpus or 1) + 4)


class Pools:
    """All pools that were used while the examination lasted."""

    def __init__(self, leaks: Leaks) -> None:
        self.used: list[Pool] = []
        self._leaks = leaks
        self._alive: WeakKeyDictionary[Any, Pool] = WeakKeyDictionary()
        self._replace: Callable[[Any, str, Callable[[Any], Any]], None]

    def watch(self, replace: Callable[[Any, str, Callable[[Any], Any]], None]) -> None:
        """Watch thread pools."""
        replace(ThreadPoolExecutor, "submit", self._submitting)
        self._replace = replace
        wanted = {"aiohttp.connector": self._aiohttp_pool, "aiohttp.client": self._aiohttp}
        when_imported({**wanted, "httpx": self._httpx}, replace)

    def _submitting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        clock = time.perf_counter_ns

        def submit(pool: Any, call: Any, /, *arguments: Any, **options: Any) -> Any:
            seen = self._alive.get(pool)
            if seen is None:
                limit = pool._max_workers  # noqa: SLF001  there is no other way
                usual = limit == default_threads()
                name = "the default thread pool" if usual else "a thread pool of its own"
                seen = self._add(pool, Pool(name=name, limit=limit, chosen=not usual))
            seen.calls += 1
            if seen.place is None and pool._work_queue.qsize() > 0:  # noqa: SLF001
                seen.place = source_lines.caller()
            due_ns = clock()

            def begin(*arguments: Any, **options: Any) -> Any:
                seen.waits_ns.append(clock() - due_ns)
                return call(*arguments, **options)

            return original(pool, begin, *arguments, **options)

        return submit

    def _aiohttp(self, client: Any) -> None:
        self._replace(client.ClientSession, "__init__", self._opening)

    def _aiohttp_pool(self, connector: Any) -> None:
        name = "_wait_for_available_connection"
        if hasattr(connector.BaseConnector, name):  # aiohttp's own affair, it may go
            self._replace(connector.BaseConnector, name, self._connecting)

    def _httpx(self, httpx: Any) -> None:
        self._replace(httpx.AsyncClient, "__init__", self._opening)

    def _opening(self, original: Callable[..., None]) -> Callable[..., None]:
        opened = self._leaks.opened

        def __init__(session: Any, *arguments: Any, **options: Any) -> None:  # noqa: N807
            original(session, *arguments, **options)
            opened[id(session)] = (weakref.ref(session), source_lines.caller())

        return __init__

    def _connecting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        async def _wait_for_available_connection(connector: Any, *arguments: Any) -> Any:
            seen = self._alive.get(connector)
            if seen is None:
                limit, each = connector.limit, connector.limit_per_host
                chosen = limit != AIOHTTP_LIMIT or bool(each)
                name = "an aiohttp connector"
                seen = Pool(name=name, limit=min(limit, each) if each else limit, chosen=chosen)
                self._add(connector, seen)
            seen.place = seen.place or source_lines.caller()
            began_ns = time.perf_counter_ns()
            try:
                return await original(connector, *arguments)
            finally:
                seen.calls += 1
                seen.waits_ns.append(time.perf_counter_ns() - began_ns)

        return _wait_for_available_connection

    def _add(self, owner: Any, pool: Pool) -> Pool:
        self._alive[owner] = pool
        self.used.append(pool)
        return pool
