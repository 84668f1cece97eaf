"""Commands to Redis: redis-py, one connection per thread when sync, a pool of them when async.

The server is another process, by TCP on 127.0.0.1, or behind a proxy as if it were further away; a
command is one round trip, and takes the server microseconds.
"""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.units import duration_ns
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

COMMANDS = {"get": "reads", "set": "writes"}
KEYS = 1000
KEPT_S = 3600
"""So long a worker's keys outlive it at most."""


class Workload:
    """Task i reads the value of key i, or writes it.

    Args:
        redis: URL of the server.
        command: `get` or `set`.
        distance: how far away it is: so much longer a round trip takes; 0 for no proxy in between.
    """

    needs_target: ClassVar = False
    needs_redis: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar[Sequence[str]] = ("redis",)
    async_needs: ClassVar[Sequence[str]] = ("redis.asyncio",)

    def __init__(self, redis: str, command: str = "get", distance: str = "0") -> None:
        self.command = one_of(COMMANDS, command, "command")
        self.waits_ns = duration_ns(distance)
        self._url = redis
        self._prefix = f"waitbench:{secrets.token_hex(4)}"
        self._fill()

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Any]]:
        """Open one connection."""
        from redis import Redis

        with Redis.from_url(self._url) as client:
            client.ping()

            def ask(number: int) -> Any:
                if self.command == "get":
                    return client.get(self._key(number))
                return client.set(self._key(number), text(number), ex=KEPT_S)

            yield ask

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
        """Open a pool of `concurrency` connections."""
        from redis.asyncio import BlockingConnectionPool, Redis

        pool = BlockingConnectionPool.from_url(self._url, max_connections=concurrency)
        async with Redis.from_pool(pool) as client:
            await client.ping()

            async def ask(number: int) -> Any:
                if self.command == "get":
                    return await client.get(self._key(number))
                return await client.set(self._key(number), text(number), ex=KEPT_S)

            yield ask

    def check(self, number: int, result: Any) -> None:
        """Compare with what the key must hold; a write must be acknowledged."""
        right = result is True if self.command == "set" else result == text(number).encode()
        if not right:
            raise WrongResultError(f"task {number} was answered with {result!r}")

    def _key(self, number: int) -> str:
        return f"{self._prefix}:{number % KEYS}"

    def _fill(self) -> None:
        from redis import Redis

        with Redis.from_url(self._url) as client, client.pipeline(transaction=False) as pipe:
            for number in range(KEYS):
                pipe.set(self._key(number), text(number), ex=KEPT_S)
            pipe.execute()


def text(number: int) -> str:
    """Return what a key holds."""
    return f"value {number % KEYS} " * 10
