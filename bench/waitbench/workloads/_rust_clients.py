"""One GET by client libraries whose HTTP is Rust's reqwest, on threads of its own."""

from __future__ import annotations

import importlib
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from waitbench.workloads._clients import CLOCKS, KEPT_S, TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from waitbench.workloads._clients import Answer, Request


@contextmanager
def pyreqwest_client(asked: Request) -> Iterator[Callable[[int], Answer]]:
    """Open one client with one connection, kept or not, deaf to proxies of the environment."""
    library: Any = importlib.import_module("pyreqwest.client")
    url = asked.url
    with _pyreqwest(library.SyncClientBuilder(), asked, 1).build() as client:

        def get(number: int) -> Answer:
            response = client.get(f"{url}{number}").build().send()
            return _answer(response, response.bytes())

        yield get


@asynccontextmanager
async def pyreqwest_async_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Open one client of up to `concurrency` connections; by default it has no limit."""
    library: Any = importlib.import_module("pyreqwest.client")
    url = asked.url
    async with _pyreqwest(library.ClientBuilder(), asked, concurrency).build() as client:

        async def get(number: int) -> Answer:
            response = await client.get(f"{url}{number}").build().send()
            return _answer(response, await response.bytes())

        yield get


@contextmanager
def pyqwest_client(asked: Request) -> Iterator[Callable[[int], Answer]]:
    """Open one client with one connection, kept or not.

    It has no switch that makes it deaf to proxies of the environment: who races it sets `NO_PROXY`.
    """
    library: Any = importlib.import_module("pyqwest")
    url = asked.url
    with library.SyncHTTPTransport(**_pyqwest(asked, 1)) as transport:
        client = library.SyncClient(transport)

        def get(number: int) -> Answer:
            response = client.get(f"{url}{number}")
            return _answer(response, response.content)

        yield get


@asynccontextmanager
async def pyqwest_async_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Open one client of up to `concurrency` connections; by default it has no limit."""
    library: Any = importlib.import_module("pyqwest")
    url = asked.url
    async with library.HTTPTransport(**_pyqwest(asked, concurrency)) as transport:
        client = library.Client(transport)

        async def get(number: int) -> Answer:
            response = await client.get(f"{url}{number}")
            return _answer(response, response.content)

        yield get


def _pyreqwest(builder: Any, asked: Request, connections: int) -> Any:
    """Return a builder that has been told all but what the library does by itself."""
    limit = timedelta(seconds=TIMEOUT_S)
    builder = builder.no_proxy().connect_timeout(limit).read_timeout(limit)
    if asked.new:
        builder = builder.pool_max_idle_per_host(0)
    if not asked.tuned:
        return builder
    return builder.max_connections(connections).pool_idle_timeout(timedelta(seconds=KEPT_S))


def _pyqwest(asked: Request, connections: int) -> dict[str, Any]:
    """Return what a transport is told: times, and, where it is tuned, connections."""
    how: dict[str, Any] = {"connect_timeout": TIMEOUT_S, "read_timeout": TIMEOUT_S}
    kept = 0 if asked.new else connections
    if asked.tuned:
        how |= {"max_connections_per_address": connections, "pool_idle_timeout": KEPT_S}
    if asked.tuned or asked.new:
        how |= {"pool_max_idle_per_host": kept}
    return how


def _answer(response: Any, body: Any) -> Answer:
    """Read a body, which may be no `bytes` but what Rust holds, and the target's clocks."""
    clocks = tuple(map(response.headers.get, CLOCKS))
    return response.status, len(body), crc32(body), clocks
