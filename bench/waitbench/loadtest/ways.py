"""The ways in which a coroutine can have the work done; the environment says which."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, get_args

from waitbench.loadtest import database, work
from waitbench.services.temporary_folder import for_fork_server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiosqlite

Way = Literal["awaits", "blocks", "to_thread", "processes", "trio"]
WAY, POOL = "WAITBENCH_SERVING_WAY", "WAITBENCH_SERVING_POOL"
"""Variables that tell an application its way and the size of its pool (0: the default)."""


class Worker:
    """Has the work of requests done in one way, within one loop.

    Args:
        way: `awaits` what can be awaited; `blocks` the loop; `to_thread`; a pool of `processes`;
            `trio` awaits on trio's loop.
        pool: its threads or processes; 0 for what Python takes by itself.
    """

    def __init__(self, way: Way, pool: int = 0) -> None:
        self._way = way
        self._size = pool
        self._pool: ProcessPoolExecutor | None = None
        self._sqlite: aiosqlite.Connection | None = None
        self._sleep = asyncio.sleep if way != "trio" else _trio_sleep()

    @classmethod
    def from_environment(cls) -> Worker:
        """Make the worker that the environment asks for.

        Raises:
            ValueError: it asks for a way that there is not.
        """
        way = os.environ.get(WAY, "awaits")
        for allowed in get_args(Way):
            if way == allowed:
                return cls(allowed, int(os.environ.get(POOL, "0")))
        raise ValueError(f"{WAY}={way!r} is none of {', '.join(get_args(Way))}")

    async def start(self) -> None:
        """Make the pool, warm: every process has done one piece of work; open the database."""
        if self._way == "to_thread" and self._size:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._size))
        if self._way == "processes":
            size = self._size or os.cpu_count() or 1
            method = "forkserver" if "forkserver" in _methods() else "spawn"
            for_fork_server()
            self._pool = ProcessPoolExecutor(size, multiprocessing.get_context(method))
            loop = asyncio.get_running_loop()
            warm = [loop.run_in_executor(self._pool, work.answer, "/wait/50000000")] * size
            await asyncio.gather(*warm)

        if self._way == "awaits" and os.environ.get(database.FILE):
            import aiosqlite

            self._sqlite = await aiosqlite.connect(
                database.address(database.path_from_environment()), uri=True
            )

    async def stop(self) -> None:
        """Close the pool and the connection."""
        if self._sqlite:
            await self._sqlite.close()
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def answer(self, path: str) -> bytes:
        """Return the body of the answer, once the work that a path asks for is done.

        Raises:
            ValueError: it asks for something else.
        """
        asked, amount = work.parse(path)
        if asked == work.HEALTH or self._way == "blocks":
            return work.answer(path)
        if self._way == "to_thread":
            return await asyncio.to_thread(work.answer, path)
        if self._pool:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, work.answer, path)
        if asked in {"wait", "span"}:
            began_ns = time.perf_counter_ns()
            await self._sleep(amount / 1e9)
            return work.waited(amount) if asked == "wait" else work.spanned(began_ns, loop_name())
        if asked == "query":
            return await self._query(amount)
        return work.answer(path)  # nobody can await computing

    async def _query(self, rows: int) -> bytes:
        """Await SQLite as people do: aiosqlite, which has a thread for its connection."""
        if self._sqlite is None:
            raise ValueError(f"{database.FILE} names no database")
        async with self._sqlite.execute(database.READ, (rows,)) as cursor:
            row = await cursor.fetchone()
        assert row is not None
        return database.reply(*row)


def loop_name() -> str:
    """Return the package whose loop runs this: `asyncio`, `uvloop`, `trio`."""
    try:
        kind = type(asyncio.get_running_loop())
    except RuntimeError:
        return "trio"
    return kind.__module__.partition(".")[0]


def _trio_sleep() -> Callable[[float], Awaitable[None]]:
    sleep: Callable[[float], Awaitable[None]] = importlib.import_module("trio").sleep
    return sleep


def _methods() -> list[str]:
    return multiprocessing.get_all_start_methods()
