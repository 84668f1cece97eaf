"""What a connection leaves behind when it is closed: nothing that waits for the collector."""

from __future__ import annotations

import asyncio
import gc
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from waitbench_server.connection import Limits, factory

pytestmark = pytest.mark.processes  # it listens
MANY = 20


def _nothing() -> None:
    """Count nothing."""


async def _garbage() -> list[str]:
    """Serve and close connections; return the names of what only the collector would free."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text="ok")

    counts: Any = SimpleNamespace(connections=0, connected=_nothing, disconnected=_nothing)
    due: Any = SimpleNamespace(next_ns=float("inf"))
    limits = Limits(connections=9, header_s=9, idle_s=9)
    loop = asyncio.get_running_loop()
    made = factory(web.Server(answer), counts, due, limits, loop=loop)
    server = await loop.create_server(made, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    def client() -> None:
        import socket

        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200" in connection.recv(4096)

    async def visits(many: int) -> None:
        for _ in range(many):
            await asyncio.to_thread(client)
        await asyncio.sleep(0.05)

    await visits(1)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    await visits(MANY)
    gc.collect()
    gc.set_debug(0)
    server.close()
    left = [type(each).__name__ for each in gc.garbage]
    gc.garbage.clear()
    return left


def test_a_closed_connection_is_freed_without_the_collector() -> None:
    gc.disable()
    try:
        left = asyncio.run(_garbage())
    finally:
        gc.enable()
    assert sum("Transport" in name or "Connection" in name for name in left) < MANY
