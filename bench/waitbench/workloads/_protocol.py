"""One GET by asyncio alone: prepared bytes out, an answer of known length in, and no library."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zlib import crc32

from waitbench.workloads import _http_head
from waitbench.workloads._clients import CLOCKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from waitbench.workloads._clients import Answer, Request
    from waitbench.workloads._http_head import Head


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self._came = b""
        self._head: Head | None = None
        self._answer: asyncio.Future[tuple[Head, bytes]] | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        if self._answer is None or self._answer.done():
            return
        try:
            self._head = self._head or _http_head.read(self._came)
        except ValueError as wrong:
            self._answer.set_exception(wrong)
            return
        if self._head and self._head.ends and len(self._came) >= self._head.ends:
            self._answer.set_result((self._head, self._came))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed before the answer was whole"))

    async def get(self, request: bytes) -> tuple[Head, bytes]:
        """Send a request; return the head of its answer, and all of its bytes."""
        if self._transport is None:
            raise ConnectionError("closed between two requests")
        self._came, self._head = b"", None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close it, if it is not closed already."""
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def asyncio_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Keep a connection for each that asks at once: the least that any client on a loop can cost.

    It is a yardstick, not a client: no limits of time, no compression, nothing but GET.
    """
    del concurrency  # who asks holds the number down
    place = urlsplit(asked.url)
    host = place.hostname or "127.0.0.1"
    start = f"GET {place.path}?{place.query}".encode()
    rest = f" HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    loop, idle = asyncio.get_running_loop(), list[_Connection]()

    async def connect() -> _Connection:
        return (await loop.create_connection(_Connection, host, place.port or 80))[1]

    async def get(number: int) -> Answer:
        connection = idle.pop() if idle else await connect()
        try:
            head, came = await connection.get(b"%s%d%s" % (start, number, rest))
        except BaseException:
            connection.close()
            raise
        if asked.new:
            connection.close()
        else:
            idle.append(connection)
        lines = came[: head.length].decode("latin-1").strip().split("\r\n")[1:]
        clocks = tuple(map(dict(line.split(": ", 1) for line in lines).get, CLOCKS))
        body = came[head.length :]
        return head.status, len(body), crc32(body), clocks

    try:
        yield get
    finally:
        for connection in idle:
            connection.close()
