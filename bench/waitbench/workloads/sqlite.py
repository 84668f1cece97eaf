"""Queries to SQLite in a file on disk: sqlite3 when sync; aiosqlite, a thread a connection, async.

The journal is a write-ahead log, as one sets it up where several connections share a file: readers
and the one writer do not lock each other out. All else is SQLite's default, so a commit waits for
the disk. Writers take turns by a busy timeout; the library sleeps 1 to 100 ms between its tries.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import BenchError, WrongResultError
from waitbench.services.temporary_folder import folder_of
from waitbench.units import count
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence

Found = tuple[int, int]
"""Rows that a read found and the sum of their weights; of a write, the new row's id and 0."""

ROWS = 20_000
"""In the table that is read, 1 MB on disk: it stays in the cache of every connection."""
BUSY_S = 30.0
"""So long a writer waits for its turn: none shall fail with `database is locked`."""
READ = "SELECT count(*), sum(weight) FROM item WHERE id BETWEEN ? AND ?"
WRITE = "INSERT INTO written (number, text) VALUES (?, ?)"


class Workload:
    """Task i adds up `rows` rows from row 37 i on, or adds one row and commits it.

    Args:
        query: `read` or `write`.
        rows: how many rows one read goes through; 1 is a look-up by key.
        connections: of the async form: `each` task under way has its own, as a thread would; or
            `one` serves them all, and no two writers wait for each other by sleeping.
    """

    needs_target: ClassVar = False
    # As with the file workload, the CPU is spent in the library.
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar[Sequence[str]] = ()
    async_needs: ClassVar[Sequence[str]] = ("aiosqlite",)
    waits_ns = 0

    def __init__(self, query: str = "read", rows: str = "1", connections: str = "each") -> None:
        self.query = one_of(("read", "write"), query, "query")
        self.connections = one_of(("each", "one"), connections, "connections")
        self.rows = count(rows, "rows")
        if self.rows > ROWS:
            raise BenchError(f"rows={rows!r} is more than the {ROWS:,} that there are")
        self._path = folder_of(self) / "sqlite"
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, weight INTEGER)")
            connection.execute("CREATE TABLE written (number INTEGER, text TEXT)")
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO item VALUES (?, ?)", enumerate(weights()))
            connection.execute("COMMIT")

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Found]]:
        """Open one connection."""
        with closing(self._connect()) as connection:

            def read(number: int) -> Found:
                row: Found = connection.execute(READ, self._range(number)).fetchone()
                return row

            def write(number: int) -> Found:
                return connection.execute(WRITE, (number, text(number))).lastrowid or 0, 0

            yield read if self.query == "read" else write

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Found]]]:
        """Open `concurrency` connections, or one; a task takes a free one.

        Each task makes one call of aiosqlite, and so one trip to the connection's thread and back.
        """
        import aiosqlite

        free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        before, own = set(threading.enumerate()), set[threading.Thread]()
        async with AsyncExitStack() as opened:
            # A connection says that it is closed a moment before its thread has ended.
            opened.callback(_join_all, own)
            for _ in range(concurrency if self.connections == "each" else 1):
                connecting = aiosqlite.connect(self._path, isolation_level=None, timeout=BUSY_S)
                free.put_nowait(await opened.enter_async_context(connecting))
            own.update(set(threading.enumerate()) - before)

            async def read(number: int) -> Found:
                connection = await free.get()
                try:
                    ((rows, weight),) = await connection.execute_fetchall(READ, self._range(number))
                finally:
                    free.put_nowait(connection)
                return rows, weight

            async def write(number: int) -> Found:
                connection = await free.get()
                try:
                    row = await connection.execute_insert(WRITE, (number, text(number)))
                finally:
                    free.put_nowait(connection)
                return row[0] if row else 0, 0

            yield read if self.query == "read" else write

    def check(self, number: int, result: Found) -> None:
        """Compare with sums made in Python; a row that was written is looked up in the file."""
        if self.query == "write":
            with closing(self._connect()) as connection:
                row = connection.execute(
                    "SELECT number, text FROM written WHERE rowid = ?", result[:1]
                ).fetchone()
            if row != (number, text(number)):
                raise WrongResultError(f"task {number} wrote {row}")
            return
        first, last = self._range(number)
        expected = self.rows, sums()[last + 1] - sums()[first]
        if tuple(result) != expected:
            raise WrongResultError(f"task {number} read {result}, right is {expected}")

    def _connect(self) -> sqlite3.Connection:
        # Opened in a pool's thread, closed by the pool's owner when the thread is through with it.
        return sqlite3.connect(
            self._path, isolation_level=None, timeout=BUSY_S, check_same_thread=False
        )

    def _range(self, number: int) -> tuple[int, int]:
        first = number * 37 % (ROWS - self.rows + 1)
        return first, first + self.rows - 1


def weights() -> Iterator[int]:
    """Return every row's weight, in the order of their ids from 0 on."""
    return (row * 7919 % 1009 for row in range(ROWS))


@cache
def sums() -> list[int]:
    """Add the weights up: entry n is the sum of the first n."""
    return [0, *accumulate(weights())]


def text(number: int) -> str:
    """Make what task `number` writes."""
    return f"task {number} " * 12


def _join_all(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
