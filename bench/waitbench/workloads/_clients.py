"""One GET by the usual client libraries, over a kept connection or a new one, as users write it."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from aiohttp.abc import AbstractResolver

Answer = tuple[int, int, int, tuple[str | None, ...]]
"""Status, length and CRC-32 of a body that was read to its end, and the target's `CLOCKS`."""

CLOCKS = ("X-Received-Ns", "X-Sent-Ns", "Server-Timing")
"""Headers in which the target says when it had the task; taken as they are, read afterwards."""

TIMEOUT_S = 30
KEPT_S = 3600
"""A contestant sits idle while others race; its connections must outlive that."""
DIRECT = {"http": ""}
"""No proxy, whatever the environment says: the target is on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for and how.

    Attributes:
        url: without the number of the draw, which comes at its end; needs no quoting.
        new: whether every request opens a connection of its own.
        resolver: who looks names up: `cached` is the library's own way, `threads` and `aiodns` are
            those of aiohttp, asked for every connection.
        tuned: whether the client is told how many connections to open and keep, and for how long;
            else it does as its library does by itself.
    """

    url: str
    new: bool = False
    resolver: str = "cached"
    tuned: bool = True


@contextmanager
def requests_client(asked: Request) -> Iterator[Callable[[int], Answer]]:
    """Open one session with one connection, deaf to proxies of the environment.

    What is the same in every request is prepared once, as one does in a hot loop: preparing
    is a third of the CPU that `session.get` takes. For a new connection there is no session, and
    nothing to prepare: `requests.get`, as in most programs, which opens and closes one inside.
    """
    import requests

    url = asked.url
    if asked.new:
        yield lambda number: answer(
            requests.get(f"{url}{number}", timeout=TIMEOUT_S, proxies=DIRECT)
        )
        return
    with requests.Session() as session:
        session.trust_env = False
        request = session.prepare_request(requests.Request("GET", url))

        def get(number: int) -> Answer:
            request.url = f"{url}{number}"
            with session.send(request, timeout=TIMEOUT_S) as response:
                return answer(response)

        yield get


@contextmanager
def urllib3_client(asked: Request) -> Iterator[Callable[[int], Answer]]:
    """Open one pool of one connection, or one for every request."""
    import urllib3

    url = asked.url

    def pool() -> urllib3.PoolManager:
        return urllib3.PoolManager(num_pools=1, maxsize=1, timeout=TIMEOUT_S, retries=False)

    def ask(through: urllib3.PoolManager, number: int) -> Answer:
        response = through.request("GET", f"{url}{number}")
        body, header = response.data, response.headers.get
        return response.status, len(body), crc32(body), tuple(map(header, CLOCKS))

    def ask_anew(number: int) -> Answer:
        with pool() as once:
            return ask(once, number)

    if asked.new:
        yield ask_anew
        return
    with pool() as kept:
        yield lambda number: ask(kept, number)


@asynccontextmanager
async def aiohttp_client(
    asked: Request, concurrency: int
) -> AsyncIterator[Callable[[int], Awaitable[Answer]]]:
    """Open one session of up to `concurrency` connections; no cookies, no proxies.

    The limits are those that the sync form sets: on connecting, and on every read. The URL
    needs no quoting, and is not looked through for it again.
    """
    import aiohttp
    from yarl import URL

    url, resolver = asked.url, _resolver(asked.resolver)
    how: dict[str, Any] = {"limit": concurrency} if asked.tuned else {}
    if asked.new:
        how |= {"force_close": True}
    elif asked.tuned:
        how |= {"keepalive_timeout": KEPT_S}
    if resolver is not None:
        how |= {"resolver": resolver, "use_dns_cache": False}
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(**how),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=TIMEOUT_S, sock_read=TIMEOUT_S),
    ) as session:

        async def get(number: int) -> Answer:
            async with session.get(URL(f"{url}{number}", encoded=True)) as response:
                body = await response.read()
                clocks = tuple(map(response.headers.get, CLOCKS))
                return response.status, len(body), crc32(body), clocks

        yield get
    if resolver is not None:
        await resolver.close()


def answer(response: Any) -> Answer:
    """Read what the answers of requests, httpx, httpx2 and niquests have in common."""
    body = response.content
    clocks = tuple(map(response.headers.get, CLOCKS))
    return response.status_code, len(body), crc32(body), clocks


def _resolver(name: str) -> AbstractResolver | None:
    from aiohttp import resolver

    if name == "cached":
        return None
    return resolver.AsyncResolver() if name == "aiodns" else resolver.ThreadedResolver()
