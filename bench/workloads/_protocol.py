"""One GET by asyncio alone: prepared bytes out, an answer of known length in, and no library."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zlib import crc32

from bench.workloads._clients import CLOCKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bench.workloads._clients import Answer, Request

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)")


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self._came = b""
        self._answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if end else None
        if length and len(body) >= int(length[1]) and self._answer and not self._answer.done():
            self._answer.set_result((head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed before the answer was whole"))

    async def get(self, request: bytes) -> tuple[bytes, bytes]:
        """Send a request; give the head and the body of its answer."""
        if self._transport is None:
            raise ConnectionError("closed between two requests")
        self._came, self._answer = b"", asyncio.get_running_loop().create_future()
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
            head, body = await connection.get(b"%s%d%s" % (start, number, rest))
        except BaseException:
            connection.close()
            raise
        if asked.new:
            connection.close()
        else:
            idle.append(connection)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        clocks = tuple(map(headers.get, CLOCKS))
        return int(first.split(" ", 2)[1]), len(body), crc32(body), clocks

    try:
        yield get
    finally:
        for connection in idle:
            connection.close()
