"""What asyncio's own steps cost: an await, a switch, a task, a future, beside a plain call."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.units import count
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

BATCH = 100
"""Members of one `gather`."""


class Workload:
    """A task does `times` steps of one `kind`; the cost of one is its wall / times.

    They are shared out among `among` coroutines, so that a switch finds another one ready: one
    alone waits for a whole pass of the loop, with its look at the sockets. Every step adds one to
    a sum; what that and the loop around it cost is the kind `nothing`.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = True
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(self, kind: str = "switch", times: str = "1_000", among: str = "10") -> None:
        self.kind = one_of(KINDS, kind, "kind")
        self.times = count(times, "times")
        self.among = min(count(among, "among"), self.times)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], int]]:
        """Open an event loop of one's own: these steps are made of nothing else."""
        with asyncio.Runner(debug=False) as runner:
            yield lambda _: runner.run(self._all())

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - nothing to open
    ) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
        """Nothing to open."""
        yield lambda _: self._all()

    def check(self, number: int, result: int) -> None:
        """Each step has added one."""
        if result != self.times:
            raise WrongResultError(f"task {number} took {result} steps, asked for {self.times}")

    async def _all(self) -> int:
        step, (each, rest) = KINDS[self.kind], divmod(self.times, self.among)
        shares = [each + (place < rest) for place in range(self.among)]
        return sum(await asyncio.gather(*map(step, shares)))


def one_more(sum_: int) -> int:
    """Stand for any small function."""
    return sum_ + 1


async def one_more_awaited(sum_: int) -> int:
    """Stand for a coroutine that never has to wait."""
    return sum_ + 1


async def nothing(times: int) -> int:
    """Add up in place: the harness's own cost."""
    done = 0
    for _ in range(times):
        done += 1
    return done


async def call(times: int) -> int:
    """Call a plain function."""
    done = 0
    for _ in range(times):
        done = one_more(done)
    return done


async def await_(times: int) -> int:
    """Await a coroutine that does not suspend: the loop never hears of it."""
    done = 0
    for _ in range(times):
        done = await one_more_awaited(done)
    return done


async def switch(times: int) -> int:
    """Yield to the other coroutines: `asyncio.sleep(0)`."""
    done = 0
    for _ in range(times):
        await asyncio.sleep(0)
        done += 1
    return done


async def task(times: int) -> int:
    """Make a task of a coroutine and await it."""
    done = 0
    for _ in range(times):
        done = await asyncio.create_task(one_more_awaited(done))
    return done


async def gather(times: int) -> int:
    """Pass coroutines to `gather`, up to `BATCH` in one."""
    done = 0
    for first in range(0, times, BATCH):
        members = [one_more_awaited(0) for _ in range(min(BATCH, times - first))]
        done += sum(await asyncio.gather(*members))
    return done


async def future(times: int) -> int:
    """Await a future that a callback of the loop fulfils."""
    loop, done = asyncio.get_running_loop(), 0
    for _ in range(times):
        promise: asyncio.Future[int] = loop.create_future()
        loop.call_soon(promise.set_result, done + 1)
        done = await promise
    return done


KINDS = {
    "nothing": nothing,
    "call": call,
    "await": await_,
    "switch": switch,
    "task": task,
    "gather": gather,
    "future": future,
}
