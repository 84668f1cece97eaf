"""Limits of async libraries: where a call waits for its turn, whose limit it is, and how large.

One row a kind: a library that changes its inner workings is watched no more, and nothing breaks.
"""
# ruff: noqa: SLF001  what these libraries keep to themselves is what there is to see

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.doctor.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def _itself(owner: Any, caller: FrameType) -> Any:
    del caller
    return owner


def _of_caller(owner: Any, caller: FrameType) -> Any:
    """Return the object whose method waits: the request itself does not know its pool."""
    del owner
    return caller.f_locals.get("self")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncPool:
    """One kind of limit.

    Attributes:
        module, owner, method: what a call awaits for its turn: a method of a class.
        name: what to call it.
        usual: its limit if nobody chose one.
        full: whether a call of that method has to wait now.
        limit: of the pool.
        pool: whose limit it is, from the method's object and the frame that awaits it.
        awaited: whether the method is a coroutine function; SQLAlchemy's waits in a greenlet.
    """

    module: str
    owner: str
    method: str
    name: str
    usual: int
    full: Callable[[Any], bool]
    limit: Callable[[Any], int]
    pool: Callable[[Any, FrameType], Any] = _itself
    awaited: bool = True

    def seen(self, pool: Any) -> Pool:
        """Return a new record of a pool of this kind."""
        limit = self.limit(pool)
        return Pool(name=self.name, limit=limit, chosen=limit != self.usual, in_loop=True)

    def full_pool(self, owner: Any, caller: FrameType) -> Any:
        """Return the pool that a call of the method has to wait for; None if it has not to."""
        try:
            pool = self.pool(owner, caller) if self.full(owner) else None
            return pool if pool is None or self.limit(pool) else None
        except (AttributeError, TypeError):  # the library has changed
            return None


def _connector_limit(connector: Any) -> int:
    limit: int = connector.limit
    each: int = connector.limit_per_host
    return min(limit, each) if limit and each else limit or each


KINDS = (
    AsyncPool(
        module="aiohttp.connector",
        owner="BaseConnector",
        method="_wait_for_available_connection",
        name="an aiohttp connector",
        usual=100,
        full=lambda connector: connector is not None,
        limit=_connector_limit,
    ),
    AsyncPool(
        module="anyio._backends._asyncio",
        owner="CapacityLimiter",
        method="acquire_on_behalf_of",
        name="a limiter of AnyIO's",
        usual=40,
        full=lambda limiter: limiter.available_tokens <= 0,
        limit=lambda limiter: int(limiter.total_tokens),
    ),
    *(
        AsyncPool(
            module=f"{package}._async.connection_pool",
            owner="AsyncPoolRequest",
            method="wait_for_connection",
            name=f"an {client} pool",
            usual=100,
            full=lambda request: request.connection is None,
            limit=lambda pool: int(pool._max_connections),
            pool=_of_caller,
        )
        for package, client in (("httpcore", "httpx"), ("httpcore2", "httpx2"))
    ),
    AsyncPool(
        module="asyncpg.pool",
        owner="Pool",
        method="_acquire",
        name="an asyncpg pool",
        usual=10,
        full=lambda pool: pool._queue is not None and pool._queue.empty(),
        limit=lambda pool: int(pool._maxsize),
    ),
    AsyncPool(
        module="psycopg_pool.pool_async",
        owner="AsyncConnectionPool",
        method="getconn",
        name="a psycopg pool",
        usual=4,
        full=lambda pool: not pool._pool and pool._nconns + len(pool._waiting) >= pool._max_size,
        limit=lambda pool: int(pool._max_size),
    ),
    AsyncPool(
        module="redis.asyncio.connection",
        owner="BlockingConnectionPool",
        method="get_connection",
        name="a redis pool",
        usual=50,
        full=lambda pool: not pool.can_get_connection(),
        limit=lambda pool: int(pool.max_connections),
    ),
    AsyncPool(
        module="sqlalchemy.pool.impl",
        owner="QueuePool",
        method="_do_get",
        name="an SQLAlchemy pool",
        usual=15,
        full=lambda pool: pool._overflow >= pool._max_overflow > -1 and pool._pool.empty(),
        limit=lambda pool: int(pool._pool.maxsize + pool._max_overflow),
        awaited=False,
    ),
)
