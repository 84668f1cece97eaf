"""How one event loop keeps time, in a process of its own: prints one line of JSON.

`python -m waitbench.calibration._loop_timers LOOP COUNT` measures how late sleeps end, in which
order timers of the same moment run, and whether a limit runs out that the answer came before,
where the loop stood still meanwhile.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Iterator

DELAYS_MS = (1.0, 1.4, 10.0)
"""The middle one is no whole millisecond, which is what libuv counts in."""
ALIKE = 12
"""Timers of the same moment."""
SOON_S, LIMIT_S, HOLD_S = 0.02, 0.05, 0.25
"""When the answer is there, when the limit runs out, and how long the loop stands still."""
OWN_LOOPS = {"uvloop", "zuvloop", "rloop"}
"""Modules that have a loop for asyncio."""


def late_ns(delay_ms: float, sleep: Callable[[], object]) -> int:
    """Return how much longer than asked one sleep was."""
    began_ns = time.perf_counter_ns()
    sleep()
    return time.perf_counter_ns() - began_ns - round(delay_ms * 1e6)


async def late_async_ns(delay_ms: float, sleep: Callable[[float], Awaitable[object]]) -> int:
    """Return the same of a sleep that is awaited."""
    began_ns = time.perf_counter_ns()
    await sleep(delay_ms / 1e3)
    return time.perf_counter_ns() - began_ns - round(delay_ms * 1e6)


@contextmanager
def answer() -> Iterator[socket.socket]:
    """Give a socket at which a byte is there soon, whatever the loop does meanwhile."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 - its own form
    sender = threading.Timer(SOON_S, theirs.send, [b"1"])
    sender.start()
    with ours, theirs:
        yield ours
        sender.join()


def hold() -> None:
    """Stand still for so long that the answer has come and the limit has run out."""
    time.sleep(HOLD_S)


async def on_asyncio(count: int) -> dict[str, Any]:
    """Measure the running loop of asyncio, whosever it is."""
    import asyncio

    loop = asyncio.get_running_loop()
    late = {ms: [await late_async_ns(ms, asyncio.sleep) for _ in range(count)] for ms in DELAYS_MS}
    seen: list[int] = []
    at = loop.time() + SOON_S
    for number in range(ALIKE):
        loop.call_at(at, seen.append, number)
    await asyncio.sleep(2 * SOON_S)

    async def limited(wait: Callable[[], Awaitable[object]]) -> bool:
        loop.call_soon(hold)
        try:
            async with asyncio.timeout(LIMIT_S):
                await wait()
        except TimeoutError:
            return True
        return False

    slept = await limited(lambda: asyncio.sleep(SOON_S))
    with answer() as ours:
        answered = await limited(lambda: loop.sock_recv(ours, 1))
    return {"late_ns": late, "order": seen, "ran_out": {"sleep": slept, "socket": answered}}


async def on_structured(
    library: Any, group: Callable[[], Any], readable: Callable[[socket.socket], Any], count: int
) -> dict[str, Any]:
    """Measure the running loop of trio, or of AnyIO, by names that both have.

    Args:
        library: `trio` or `anyio`.
        group: its nursery or group of tasks.
        readable: waits for a socket.
        count: sleeps of each length.
    """
    late = {ms: [await late_async_ns(ms, library.sleep) for _ in range(count)] for ms in DELAYS_MS}
    seen: list[int] = []
    at = library.current_time() + SOON_S

    async def see(number: int) -> None:
        await library.sleep_until(at)
        seen.append(number)

    async with group() as tasks:
        for number in range(ALIKE):
            tasks.start_soon(see, number)

    async def held() -> None:
        hold()

    async def limited(wait: Callable[[], Awaitable[object]]) -> bool:
        async with group() as tasks:
            tasks.start_soon(held)
            with library.move_on_after(LIMIT_S) as scope:
                await wait()
        return bool(scope.cancelled_caught)

    slept = await limited(lambda: library.sleep(SOON_S))
    with answer() as ours:
        answered = await limited(lambda: readable(ours))
    return {"late_ns": late, "order": seen, "ran_out": {"sleep": slept, "socket": answered}}


def on_gevent(count: int) -> dict[str, Any]:
    """Measure gevent's hub, with nothing patched."""
    import gevent
    from gevent import socket as patched

    late = {
        ms: [late_ns(ms, lambda ms=ms: gevent.sleep(ms / 1e3)) for _ in range(count)]  # type: ignore[misc]
        for ms in DELAYS_MS
    }
    seen: list[int] = []
    gevent.joinall([gevent.spawn_later(SOON_S, seen.append, each) for each in range(ALIKE)])

    def limited(wait: Callable[[], object]) -> bool:
        gevent.spawn(hold)
        try:
            with gevent.Timeout(LIMIT_S):
                wait()
        except gevent.Timeout:
            return True
        return False

    slept = limited(lambda: gevent.sleep(SOON_S))
    with answer() as ours:
        answered = limited(lambda: patched.wait_read(ours.fileno()))
    return {"late_ns": late, "order": seen, "ran_out": {"sleep": slept, "socket": answered}}


def measure(name: str, count: int) -> dict[str, Any]:
    """Return what was seen of a loop: lateness by delay in ms, order, and which limits ran out."""
    if name == "gevent":
        return on_gevent(count)
    if name == "trio":
        import trio

        by = (trio, trio.open_nursery, trio.lowlevel.wait_readable)
        return trio.run(on_structured, *by, count)
    if name.startswith("anyio"):
        import anyio

        backend = "trio" if name == "anyio_trio" else "asyncio"
        by_either = (anyio, anyio.create_task_group, anyio.wait_readable)
        return anyio.run(on_structured, *by_either, count, backend=backend)
    import asyncio

    with asyncio.Runner(loop_factory=_factory(name)) as runner:
        return runner.run(on_asyncio(count))


def _factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    module = name if name in OWN_LOOPS else "asyncio"
    made: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(module).new_event_loop
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1], int(sys.argv[2]))) + "\n")
