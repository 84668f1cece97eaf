"""Calls that block, made by some coroutines: on the loop, or handed to threads or processes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter_ns
from typing import TYPE_CHECKING, ClassVar

from waitbench.units import duration_ns
from waitbench.workloads import _calls, _crowd, _ways

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from waitbench.scenario import TaskSpan
    from waitbench.workloads._crowd import Outcome


class Workload:
    """A `share` of the tasks makes a `call` of about `length`, `via` a way; the others wait.

    What each task feels of the others is seen by a heartbeat on the loop (see `_heartbeat`): a
    round tells how long the loop stood still, and how many calls ran side by side. Without a loop
    the same calls are made, and no such thing is to be seen.

    Args:
        call: `sleep` (time.sleep), `sqlite` (a query on a file), `cpu` (pure Python, which holds
            the interpreter's lock) or `nothing`, for the price of the way itself.
        via: `direct`, `to_thread`, `threads`, `processes`, or `native`, which only sleep has.
        share: of the tasks that make the call.
        length: of the call, and of the others' wait.
    """

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("sqlite3",)
    async_needs: ClassVar = ("sqlite3", "concurrent.futures.process")

    def __init__(
        self, call: str = "sleep", via: str = "direct", share: str = "0.25", length: str = "2ms"
    ) -> None:
        _ways.check(via, native=call == "sleep", call=call)
        self.call, self.via = call, via
        self.length_ns = duration_ns(length)
        self._call = _calls.make(call, self.length_ns, self)
        self._crowd = _crowd.Crowd.of(share, self.length_ns)
        waiting = 1 if call == "sleep" else 1 - self._crowd.share
        self.waits_ns = round(self.length_ns * waiting)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Outcome]]:
        """Nothing to open: each call opens its own."""
        yield self._crowd.plain(self._call)

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Outcome]]]:
        """Open the pool that the way needs."""
        if self.via == "native":
            yield self._crowd.on_loop(self._asleep)
            return
        async with _ways.opened(self.via, self._call, concurrency) as made:
            yield self._crowd.on_loop(made)

    async def _asleep(self, number: int) -> TaskSpan:
        del number
        start_ns = perf_counter_ns()
        await asyncio.sleep(self.length_ns / 1e9)
        return start_ns, perf_counter_ns(), None

    def check(self, number: int, result: Outcome) -> None:
        """The right tasks made the call, and each call did what it is for."""
        self._crowd.check(number, result)
        if result.span is not None:
            start_ns, end_ns, value = result.span
            _calls.check(self.call, self.length_ns, number, end_ns - start_ns, value)

    def metrics(self, results: Sequence[Outcome]) -> Mapping[str, float]:
        """How long the loop stood still, how long the calls took, how many ran side by side."""
        return _crowd.metrics(results)
