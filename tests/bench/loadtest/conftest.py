"""A generator of its own process, and servers of known truth."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from waitbench.race.worker_process import WorkerProcess
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Answer = Callable[[float], Awaitable[bytes]]


@pytest.fixture
def generator() -> Iterator[WorkerProcess]:
    with (
        Interrupt.never() as never,
        WorkerProcess("load", never, module="loadtest.generator") as started,
    ):
        started.greet()
        yield started


@contextmanager
def truth(answer: Answer) -> Iterator[int]:
    """Serve HTTP with `answer(seconds since the first request)`; give the port."""
    loop = asyncio.new_event_loop()
    first: list[float] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            first.append(loop.time())
            writer.write(await answer(loop.time() - first[0]))

    async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = loop.run_until_complete(asyncio.start_server(quiet, "127.0.0.1", 0, backlog=1_000))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stopped(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
