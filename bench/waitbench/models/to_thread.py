"""The sync form through asyncio.to_thread, on the loop's default executor."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.scenario import TaskSpan, Workload

MOST = 32
"""Threads that a ThreadPoolExecutor has at most, unless it is told."""
SPARE = 4
"""What it has beyond one for every core."""


class Model:
    """All tasks are there from the start; the default executor's size bounds them, silently."""

    form: ClassVar[Literal["sync"]] = "sync"

    def __init__(self, workload: Workload, concurrency: int) -> None:
        threads = default_threads()
        self.width = min(concurrency, threads)
        self.notes: tuple[str, ...] = ()
        if threads < concurrency:
            bound = f"the default executor has {threads} threads, min(32, cores + 4)"
            self.notes = (f"{bound}: {threads} at once of the {concurrency} asked for",)
        self._workload = workload
        self._own = threading.local()
        self._open = ExitStack()
        self._clients = ExitStack()

    def __enter__(self) -> Self:
        self._open.callback(self._clients.close)
        # Left first: it ends the default executor's threads, and then their clients are closed.
        self._runner = self._open.enter_context(asyncio.Runner(debug=False))
        self._runner.run(self._start())
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Pass every task to `asyncio.to_thread` at once, or `width` at once where that is less."""
        return self._runner.run(self._all(tasks))

    async def _start(self) -> None:
        """Bring the threads up: one is started only when none is idle, so they all meet once."""
        everyone = threading.Barrier(self.width)

        def meet() -> None:
            everyone.wait()
            self._task()

        await asyncio.gather(*(asyncio.to_thread(meet) for _ in range(self.width)))

    async def _all(self, tasks: int) -> list[TaskSpan]:
        places = asyncio.Semaphore(self.width)

        async def bounded(number: int) -> TaskSpan:
            async with places:
                return await asyncio.to_thread(self._timed, number)

        # The executor bounds by itself, unless fewer at once were asked for than it has threads.
        narrow = self.width < min(tasks, default_threads())
        run = bounded if narrow else lambda number: asyncio.to_thread(self._timed, number)
        return await asyncio.gather(*(run(number) for number in range(tasks)))

    def _timed(self, number: int) -> TaskSpan:
        return timed(self._task(), number)

    def _task(self) -> Callable[[int], Any]:
        """Return this thread's task; the default executor has no initializer to open it."""
        task: Callable[[int], Any] | None = getattr(self._own, "task", None)
        if task is None:
            task = self._clients.enter_context(self._workload.sync_client())
            self._own.task = task
        return task


def default_threads() -> int:
    """Count the threads of an executor that is not told: since 3.13 by the cores allowed to us."""
    if sys.version_info >= (3, 13):
        cores = os.process_cpu_count()
    else:
        cores = os.cpu_count()
    return min(MOST, (cores or 1) + SPARE)
