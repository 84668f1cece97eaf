"""One GET by client libraries that have a sync and an async form of the same, where installed."""

from __future__ import annotations

import importlib
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from waitbench.workloads._clients import (
    KEPT_S,
    TIMEOUT_S,
    aiohttp_client,
    answer,
    requests_client,
    urllib3_client,
)
from waitbench.workloads._protocol import asyncio_client
from waitbench.workloads._rust_clients import (
    pyqwest_async_client,
    pyqwest_client,
    pyreqwest_async_client,
    pyreqwest_client,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from waitbench.workloads._clients import Answer, Request


def httpx_client(
    module: str,
) -> Callable[[Request], AbstractContextManager[Callable[[int], Answer]]]:
    """Return what opens a client of httpx, or of httpx2, with one connection.

    For new connections it is `httpx.get`, which makes a client and loads the certificates too
    that only https wants.
    """

    @contextmanager
    def opened(asked: Request) -> Iterator[Callable[[int], Answer]]:
        library: Any = importlib.import_module(module)
        url = asked.url
        if asked.new:
            yield lambda number: answer(
                library.get(f"{url}{number}", timeout=TIMEOUT_S, trust_env=False)
            )
            return
        limits = library.Limits(max_connections=1, keepalive_expiry=KEPT_S)
        with library.Client(limits=limits, timeout=TIMEOUT_S, trust_env=False) as client:
            yield lambda number: answer(client.get(f"{url}{number}"))

    return opened


def httpx_async_client(
    module: str,
) -> Callable[[Request, int], AbstractAsyncContextManager[Callable[[int], Awaitable[Answer]]]]:
    """Return what opens a client of httpx or httpx2 of so many connections, kept or not.

    By default 2.16 of httpx2 opens 100 at most, as 0.28 of httpx does, and keeps 20 of them.
    """

    @asynccontextmanager
    async def opened(
        asked: Request, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
        library: Any = importlib.import_module(module)
        url = asked.url
        limits = library.Limits(
            max_connections=concurrency,
            max_keepalive_connections=0 if asked.new else concurrency,
            keepalive_expiry=KEPT_S,
        )
        how = {"limits": limits} if asked.tuned else {}
        async with library.AsyncClient(timeout=TIMEOUT_S, trust_env=False, **how) as client:

            async def get(number: int) -> Answer:
                return answer(await client.get(f"{url}{number}"))

            yield get

    return opened


@contextmanager
def niquests_client(asked: Request) -> Iterator[Callable[[int], Answer]]:
    """Open one session with one connection; for new connections one each, as `niquests.get` does.

    Installing it puts another urllib3 in the place of the one that requests uses: the two do not
    race from one environment (`waitbench.registry.optional`).
    """
    import niquests

    url = asked.url

    def get_anew(number: int) -> Answer:
        with niquests.Session(timeout=TIMEOUT_S) as once:
            once.trust_env = False
            return answer(once.get(f"{url}{number}"))

    if asked.new:
        yield get_anew
        return
    with niquests.Session(timeout=TIMEOUT_S, **_kept(1)) as session:
        session.trust_env = False
        yield lambda number: answer(session.get(f"{url}{number}"))


@asynccontextmanager
async def niquests_async_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Open one session of up to `concurrency` connections; a session each for new ones."""
    import niquests

    url = asked.url
    how = _kept(concurrency) if asked.tuned else {}
    async with niquests.AsyncSession(timeout=TIMEOUT_S, **how) as session:
        session.trust_env = False

        async def get(number: int) -> Answer:
            if not asked.new:
                return answer(await session.get(f"{url}{number}"))
            async with niquests.AsyncSession(timeout=TIMEOUT_S) as once:
                once.trust_env = False
                return answer(await once.get(f"{url}{number}"))

        yield get


SYNC: Mapping[str, Callable[[Request], AbstractContextManager[Callable[[int], Answer]]]] = {
    "requests": requests_client,
    "urllib3": urllib3_client,
    "httpx": httpx_client("httpx"),
    "httpx2": httpx_client("httpx2"),
    "niquests": niquests_client,
    "pyreqwest": pyreqwest_client,
    "pyqwest": pyqwest_client,
}
"""The first is the usual one."""
ASYNC: Mapping[
    str, Callable[[Request, int], AbstractAsyncContextManager[Callable[[int], Awaitable[Answer]]]]
] = {
    "aiohttp": aiohttp_client,
    "httpx": httpx_async_client("httpx"),
    "httpx2": httpx_async_client("httpx2"),
    "niquests": niquests_async_client,
    "pyreqwest": pyreqwest_async_client,
    "pyqwest": pyqwest_async_client,
    "asyncio": asyncio_client,
}


def _kept(connections: int) -> dict[str, Any]:
    """Keep so many connections to one place, and leave them alone while others race."""
    return {
        "pool_connections": 1,
        "pool_maxsize": connections,
        "keepalive_delay": float(KEPT_S),
        "keepalive_idle_window": None,
    }
