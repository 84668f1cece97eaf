"""Queries to PostgreSQL: psycopg, one connection per thread when sync, a pool of them when async.

The server is another process, by TCP on 127.0.0.1: a query that waits there is waited for as a
network is. It runs on the same cores as its clients, though, which compete with it for them.
An insert commits by itself, and a commit waits for the disk as the server is set up to.
"""

from __future__ import annotations

import secrets
import weakref
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from hashlib import md5
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString

from waitbench.scenario import BenchError, WrongResultError
from waitbench.units import duration_ns
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    import psycopg

Row = tuple[Any, ...] | None
"""What the server answered, as psycopg read it."""

ROWS = 1000
"""In the table that is selected from."""
LOCKS = 0x3A17
"""Class of the advisory locks that workers hold, one each, as long as they use their schema."""
OPEN_WITHIN_S = 30.0
GONE_AFTER_S = 5.0
"""So long a task waits for a connection to a server that has gone: never, while it is there."""
TABLES: tuple[LiteralString, ...] = (
    "CREATE TABLE item (id int PRIMARY KEY, text text)",
    "INSERT INTO item SELECT n, repeat('item ' || n || ' ', 10) FROM generate_series(0, 999) n",
    "CREATE TABLE written (id bigserial PRIMARY KEY, number int, text text)",
    "ANALYZE item",
)
QUERIES: dict[str, LiteralString] = {
    # The function is called first, so that the time it took is known when the row is made.
    "wait": "SELECT %s::int, extract(epoch FROM clock_timestamp() - statement_timestamp())::float"
    " FROM pg_sleep(%s)",
    "select": "SELECT id, text FROM item WHERE id = %s",
    "insert": "INSERT INTO written (number, text) VALUES (%s, %s) RETURNING number, md5(text)",
}


class Workload:
    """Task i waits in the server, looks row i up by its key, or adds a row and commits it.

    The tables are in a schema of this worker's own, which is dropped with it; should it be killed,
    the next worker drops it.

    Args:
        postgres: how to reach the server, as libpq reads it.
        query: `wait`, `select` or `insert`.
        duration: of `wait`; the server rounds up to whole milliseconds.
        distance: how far away the server is: so much longer a round trip takes, and a query is one;
            0 for no proxy in between.
    """

    needs_target: ClassVar = False
    needs_postgres: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar[Sequence[str]] = ("psycopg",)
    async_needs: ClassVar[Sequence[str]] = ("psycopg", "psycopg_pool")

    def __init__(
        self, postgres: str, query: str = "select", duration: str = "5ms", distance: str = "0"
    ) -> None:
        self.query = one_of(QUERIES, query, "query")
        self._sleeps_ns = duration_ns(duration) if query == "wait" else 0
        self.waits_ns = self._sleeps_ns + duration_ns(distance)
        self._dsn = postgres
        self._schema = make_schema(self, postgres)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Row]]:
        """Open one connection."""
        query = QUERIES[self.query]
        with closing(connect(self._dsn, self._schema)) as connection:

            def ask(number: int) -> Row:
                return connection.execute(query, self._values(number)).fetchone()

            yield ask

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Row]]]:
        """Open a pool of `concurrency` connections."""
        from psycopg_pool import AsyncConnectionPool

        query = QUERIES[self.query]
        async with AsyncConnectionPool(
            self._dsn,
            min_size=concurrency,
            max_size=concurrency,
            timeout=GONE_AFTER_S,
            kwargs={"autocommit": True, "options": search(self._schema)},
        ) as pool:
            await pool.wait(OPEN_WITHIN_S)

            async def ask(number: int) -> Row:
                async with pool.connection() as connection:
                    cursor = await connection.execute(query, self._values(number))
                    return await cursor.fetchone()

            yield ask

    def check(self, number: int, result: Row) -> None:
        """Compare with what the row must hold; a wait must not have been shorter than asked for."""
        if result is None:
            raise WrongResultError(f"task {number} got no row")
        if self.query == "wait":
            right = result[0] == number and result[1] * 1e9 >= self._sleeps_ns - 1000
        elif self.query == "select":
            item = number % ROWS
            right = result == (item, f"item {item} " * 10)
        else:
            digest = md5(text(number).encode(), usedforsecurity=False).hexdigest()
            right = result == (number, digest)
        if not right:
            raise WrongResultError(f"task {number} was answered with {result}")

    def _values(self, number: int) -> tuple[object, ...]:
        if self.query == "wait":
            return number, self._sleeps_ns / 1e9
        return (number % ROWS,) if self.query == "select" else (number, text(number))


def text(number: int) -> str:
    """Make what task `number` inserts."""
    return f"task {number} " * 12


def connect(dsn: str, schema: str | None = None) -> psycopg.Connection:
    """Open a connection that commits every statement by itself, with its tables in the schema.

    Raises:
        BenchError: the server does not let us in, and why.
    """
    import psycopg

    try:
        return psycopg.connect(dsn, autocommit=True, options=search(schema or "pg_catalog"))
    except psycopg.OperationalError as refused:
        raise BenchError(f"PostgreSQL does not answer: {str(refused).splitlines()[0]}") from None


def search(schema: str) -> str:
    """Return the connection option that says where unqualified names are looked up."""
    return f"-c search_path={schema}"


def make_schema(owner: object, dsn: str) -> str:
    """Make a schema with the tables that goes with `owner`, and drop those of dead workers.

    Raises:
        BenchError: the server does not let us in, or not make a schema.
    """
    import psycopg
    from psycopg import sql

    number = secrets.randbelow(1 << 31)
    schema = f"waitbench_{number}"
    connection = connect(dsn, schema)
    try:
        sweep(connection)
        # The lock comes first: a schema without one belongs to nobody.
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, number))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for statement in TABLES:
            connection.execute(statement)
    except psycopg.Error as refused:
        connection.close()
        raise BenchError(f"PostgreSQL refused a schema for the tables: {refused}") from None
    weakref.finalize(owner, _drop, connection, schema)
    return schema


def sweep(connection: psycopg.Connection) -> None:
    """Drop the schemas whose workers are gone: their locks are free."""
    from psycopg import sql

    schemas = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ '^waitbench_[0-9]+$'"
    )
    for (schema,) in schemas.fetchall():
        lock = LOCKS, int(schema.rpartition("_")[2])
        (free,) = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", lock).fetchone() or (0,)
        if free:
            drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
            connection.execute(drop.format(sql.Identifier(schema)))
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", lock)


def _drop(connection: psycopg.Connection, schema: str) -> None:
    import psycopg
    from psycopg import sql

    with connection, suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
