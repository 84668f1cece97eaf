"""One GET from the target over a kept connection: requests when sync, aiohttp when async."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode
from zlib import crc32

from bench.quantity import duration_ns, size_bytes
from bench.scenario import BenchError, Moments, WrongResultError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

Answer = tuple[int, int, int, tuple[str | None, ...]]
"""Status, length and CRC-32 of a body that was read to its end, and the target's `CLOCKS`."""

CLOCKS = ("X-Received-Ns", "X-Sent-Ns", "Server-Timing")
"""Headers in which the target says when it had the task; taken as they are, read afterwards."""

_SPAN = re.compile(r"(\w+);dur=([\d.]+)")
TIMEOUT_S = 30
KEPT_S = 3600
"""A contestant sits idle while others race; its connections must outlive that."""
OK = 200


class Workload:
    """Task i asks for the i-th draw of the latency: all contestants wait for the same delays."""

    needs_target: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("requests",)
    async_needs: ClassVar = ("aiohttp",)

    def __init__(self, target: str, latency: str = "50ms", size: str = "128") -> None:
        self.size = size_bytes(size)
        self.waits_ns = _fixed_ns(latency)
        query = urlencode({"latency": latency, "size": self.size})
        self._url = f"{target}/?{query}&draw="
        self._body_crc: int | None = None

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Answer]]:
        """Open one session with one connection, deaf to proxies of the environment.

        What is the same in every request is prepared once, as one does in a hot loop: preparing
        is a third of the CPU that `session.get` takes.
        """
        import requests

        url = self._url
        with requests.Session() as session:
            session.trust_env = False
            request = session.prepare_request(requests.Request("GET", url))

            def get(number: int) -> Answer:
                request.url = f"{url}{number}"
                with session.send(request, timeout=TIMEOUT_S) as response:
                    body = response.content
                    clocks = tuple(map(response.headers.get, CLOCKS))
                    return response.status_code, len(body), crc32(body), clocks

            yield get

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
        """Open one session of up to `concurrency` connections; no cookies, no proxies.

        The limits are those that the sync form sets: on connecting, and on every read. The URL
        needs no quoting, and is not looked through for it again.
        """
        import aiohttp
        from yarl import URL

        url = self._url
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=KEPT_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=TIMEOUT_S, sock_read=TIMEOUT_S),
        ) as session:

            async def get(number: int) -> Answer:
                async with session.get(URL(f"{url}{number}", encoded=True)) as response:
                    body = await response.read()
                    clocks = tuple(map(response.headers.get, CLOCKS))
                    return response.status, len(body), crc32(body), clocks

            yield get

    def check(self, number: int, result: Answer) -> None:
        """Status 200, the length asked for, and the same bytes every time."""
        status, length, crc, _ = result
        if status != OK:
            raise WrongResultError(f"task {number} was answered with status {status}")
        if length != self.size:
            raise WrongResultError(f"task {number} got {length} bytes, asked for {self.size}")
        if self._body_crc is None:
            self._body_crc = crc
        if crc != self._body_crc:
            raise WrongResultError(f"task {number} got other bytes than the task before it")

    def moments(self, result: Answer) -> Moments:
        """Read the target's own clock readings out of an answer's headers."""
        received, sent, timing = (text or "" for text in result[3])
        spans = dict(_SPAN.findall(timing))
        return Moments(
            received_ns=int(received),
            sent_ns=int(sent),
            queue_ns=round(float(spans["queue"]) * 1e6),
            asked_ns=round(float(spans["asked"]) * 1e6),
        )


def _fixed_ns(latency: str) -> int | None:
    """Read a plain duration; of a distribution only the target knows the mean."""
    try:
        return duration_ns(latency)
    except BenchError:
        return None
