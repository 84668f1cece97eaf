"""Pure waiting: `time.sleep`, or the sleep of asyncio, trio or AnyIO; no network and no work."""

from __future__ import annotations

import asyncio
import importlib
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.units import duration_ns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager


class Workload:
    """Each task sleeps for `duration` and gives the nanoseconds that it really took."""

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    trio_needs: ClassVar = ("trio",)
    anyio_needs: ClassVar = ("anyio",)

    def __init__(self, duration: str = "10ms") -> None:
        self.waits_ns = duration_ns(duration)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Nothing to open."""
        seconds = self.waits_ns / 1e9

        def nap(number: int) -> int:  # noqa: ARG001 - every task is alike
            start = time.perf_counter_ns()
            time.sleep(seconds)
            return time.perf_counter_ns() - start

        yield nap

    def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - a loop sleeps any number at once
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[int]]]:
        """Nothing to open."""
        return self._napping(asyncio.sleep)

    def trio_client(
        self,
        concurrency: int,  # noqa: ARG002 - a loop sleeps any number at once
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[int]]]:
        """Nothing to open."""
        return self._napping(importlib.import_module("trio").sleep)

    def anyio_client(
        self,
        concurrency: int,  # noqa: ARG002 - a loop sleeps any number at once
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[int]]]:
        """Nothing to open."""
        return self._napping(importlib.import_module("anyio").sleep)

    @asynccontextmanager
    async def _napping(
        self, sleep: Callable[[float], Awaitable[object]]
    ) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
        seconds = self.waits_ns / 1e9

        async def nap(number: int) -> int:  # noqa: ARG001 - every task is alike
            start = time.perf_counter_ns()
            await sleep(seconds)
            return time.perf_counter_ns() - start

        yield nap

    def check(self, number: int, result: int) -> None:
        """Woken early is wrong; loops round to a millisecond, so that much is forgiven."""
        if result < self.waits_ns - 1_000_000:
            raise WrongResultError(f"task {number} slept {result} ns, asked for {self.waits_ns}")
