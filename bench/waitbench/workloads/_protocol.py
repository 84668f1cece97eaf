"""One GET by asyncio alone: prepared bytes out, an answer of known length in, and no library."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zlib import crc32

from waitbench.services.http_client import HttpClient
from waitbench.workloads._clients import CLOCKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from waitbench.workloads._clients import Answer, Request


@asynccontextmanager
async def asyncio_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Keep a connection for each that asks at once: the least that any client on a loop can cost.

    It is a yardstick, not a client: no limits of time, no compression, nothing but GET.
    """
    del concurrency  # who asks holds the number down
    place = urlsplit(asked.url)
    start = f"GET {place.path}?{place.query}".encode()
    rest = f" HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    host, port = place.hostname or "127.0.0.1", place.port or 80
    async with HttpClient(port, host, keep=not asked.new) as client:

        async def get(number: int) -> Answer:
            answer = await client.ask(b"%s%d%s" % (start, number, rest)).answer
            body, header = answer.body, answer.headers.get
            return answer.status, len(body), crc32(body), tuple(map(header, CLOCKS))

        yield get
