"""One stream read by the usual client libraries, as users write it: each event when it is there."""

from __future__ import annotations

import importlib
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Self

from waitbench.workloads._clients import DIRECT, KEPT_S, TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

READ_BYTES = 512
"""What the sync libraries are asked for at once: what `iter_lines` of requests asks for."""
END_OF_EVENT = b"\n\n"


@dataclass(slots=True)
class Heard:
    """What a client got of one stream: a block of `with` in which it listens, and what it heard.

    A stream that breaks leaves its whole events, and why it broke.

    Attributes:
        pause_s: how long it makes a call that blocks, once.
        pause_at: after how many events it does; 0 for not at all.
        status: of the answer.
        begun_ns: when it asked, in nanoseconds of `perf_counter_ns`.
        events: each with the moment at which it was there.
        fault: what the library raised; empty if nothing.
    """

    pause_s: float
    pause_at: int
    status: int = 0
    begun_ns: int = field(default_factory=perf_counter_ns)
    events: list[tuple[int, bytes]] = field(default_factory=list)
    fault: str = ""
    _rest: bytes = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Exception):
            self.fault = f"{type(error).__name__}: {error}"
            return True
        return False

    def hear(self, received: bytes) -> None:
        """Take what came; what is no whole event yet waits for the rest of it."""
        now_ns = perf_counter_ns()
        *events, self._rest = (self._rest + received).split(END_OF_EVENT)
        self.events += [(now_ns, event) for event in events]
        if self.pause_at and len(self.events) >= self.pause_at:
            self.pause_at = 0
            time.sleep(self.pause_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for.

    Attributes:
        url: without the number of the draw, which comes at its end; needs no quoting.
        listener: makes what hears the stream of a number.
    """

    url: str
    listener: Callable[[int], Heard]


@contextmanager
def requests_client(order: Order) -> Iterator[Callable[[int], Heard]]:
    """Open one session with one connection, deaf to proxies of the environment."""
    import requests

    with requests.Session() as session:
        session.trust_env = False

        def read(number: int) -> Heard:
            with (
                order.listener(number) as heard,
                session.get(
                    f"{order.url}{number}", stream=True, timeout=TIMEOUT_S, proxies=DIRECT
                ) as response,
            ):
                heard.status = response.status_code
                for received in response.iter_content(READ_BYTES):
                    heard.hear(received)
            return heard

        yield read


@contextmanager
def urllib3_client(order: Order) -> Iterator[Callable[[int], Heard]]:
    """Open one pool of one connection."""
    import urllib3

    with urllib3.PoolManager(num_pools=1, maxsize=1, timeout=TIMEOUT_S, retries=False) as pool:

        def read(number: int) -> Heard:
            with order.listener(number) as heard:
                response = pool.request("GET", f"{order.url}{number}", preload_content=False)
                heard.status = response.status
                for received in response.stream(READ_BYTES):
                    heard.hear(received)
                response.release_conn()
            return heard

        yield read


@asynccontextmanager
async def aiohttp_client(
    order: Order, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Heard]]]:
    """Open one session of up to `concurrency` connections; no cookies, no proxies."""
    import aiohttp
    from yarl import URL

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=KEPT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=TIMEOUT_S, sock_read=TIMEOUT_S),
    ) as session:

        async def read(number: int) -> Heard:
            with order.listener(number) as heard:
                async with session.get(URL(f"{order.url}{number}", encoded=True)) as response:
                    heard.status = response.status
                    async for received in response.content.iter_any():
                        heard.hear(received)
            return heard

        yield read


def httpx_client(
    module: str,
) -> Callable[[Order, int], AbstractAsyncContextManager[Callable[[int], Awaitable[Heard]]]]:
    """Return what opens a client of httpx, or of httpx2, which is its successor."""

    @asynccontextmanager
    async def opened(
        order: Order, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Heard]]]:
        library: Any = importlib.import_module(module)
        limits = library.Limits(
            max_connections=concurrency,
            max_keepalive_connections=concurrency,
            keepalive_expiry=KEPT_S,
        )
        async with library.AsyncClient(limits=limits, timeout=TIMEOUT_S, trust_env=False) as client:

            async def read(number: int) -> Heard:
                with order.listener(number) as heard:
                    async with client.stream("GET", f"{order.url}{number}") as response:
                        heard.status = response.status_code
                        async for received in response.aiter_raw():
                            heard.hear(received)
                return heard

            yield read

    return opened


def pyreqwest_client(
    *, unbuffered: bool
) -> Callable[[Order, int], AbstractAsyncContextManager[Callable[[int], Awaitable[Heard]]]]:
    """Return what opens a client of pyreqwest, by default or with a buffer limit of 0.

    By default it hands out nothing of a stream, not even its status, before 64 KiB or its end.
    """

    @asynccontextmanager
    async def opened(
        order: Order, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Heard]]]:
        library: Any = importlib.import_module("pyreqwest.client")
        builder = library.ClientBuilder().max_connections(concurrency)
        async with builder.build() as client:

            async def read(number: int) -> Heard:
                request = client.get(f"{order.url}{number}")
                if unbuffered:
                    request = request.streamed_read_buffer_limit(0)
                with order.listener(number) as heard:
                    async with request.build_streamed() as response:
                        heard.status = response.status
                        while received := await response.body_reader.read_chunk():
                            heard.hear(bytes(received))
                return heard

            yield read

    return opened


SYNC: Mapping[str, Callable[[Order], AbstractContextManager[Callable[[int], Heard]]]] = {
    "requests": requests_client,
    "urllib3": urllib3_client,
}
"""The first is the usual one."""
ASYNC: Mapping[
    str, Callable[[Order, int], AbstractAsyncContextManager[Callable[[int], Awaitable[Heard]]]]
] = {
    "aiohttp": aiohttp_client,
    "httpx": httpx_client("httpx"),
    "httpx2": httpx_client("httpx2"),
    "pyreqwest": pyreqwest_client(unbuffered=True),
    "pyreqwest-default": pyreqwest_client(unbuffered=False),
}
