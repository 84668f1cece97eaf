"""Wait, then compute: one GET from the target, then pure-Python arithmetic on the same thread."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING, ClassVar

from waitbench.workloads import compute, http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from waitbench.scenario import Timestamps

Answer = tuple[http.Answer, int, int]
"""What the wait gave, when it was over (ns of `perf_counter_ns`), and what came of computing."""


class Workload:
    """The async form awaits the wait; the computing holds its loop, as it would in any program."""

    needs_target: ClassVar = True
    computes: ClassVar = True
    has_async: ClassVar = True
    sync_needs: ClassVar = http.Workload.sync_needs
    async_needs: ClassVar = http.Workload.async_needs

    def __init__(self, target: str, latency: str = "50ms", steps: str = "20_000") -> None:
        self._wait = http.Workload(target, latency)
        self._work = compute.Workload(steps)
        self.waits_ns = self._wait.waits_ns

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Answer]]:
        """Open the session."""
        with self._wait.sync_client() as get, self._work.sync_client() as walk:
            yield lambda number: (get(number), perf_counter_ns(), walk(number))

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
        """Open the session."""
        async with self._wait.async_client(concurrency) as get:
            with self._work.sync_client() as walk:

                async def both(number: int) -> Answer:
                    return await get(number), perf_counter_ns(), walk(number)

                yield both

    requests = staticmethod(http.Workload.requests)

    def check(self, number: int, result: Answer) -> None:
        """Check both halves."""
        self._wait.check(number, result[0])
        self._work.check(number, result[2])

    def timestamps(self, result: Answer) -> Timestamps:
        """Read the target's clock, and ours between the two halves."""
        return replace(self._wait.timestamps(result[0]), answered_ns=result[1])
