"""The database that requests query: one SQLite file, only read, a connection for each thread."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE = "WAITBENCH_SERVING_DATABASE"
"""Variable that tells an application where the file is."""
ROWS = 200_000
READ = "SELECT count(*), sum(weight) FROM item WHERE id < ?"
_SPREAD, _WEIGHTS = 7_919, 1_009
_here = threading.local()


def make(path: Path) -> None:
    """Write the file.

    Raises:
        OSError: there is no room for it.
    """
    rows = ((row, weight(row)) for row in range(ROWS))
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, weight INTEGER)")
            connection.executemany("INSERT INTO item VALUES (?, ?)", rows)
    except sqlite3.Error as wrong:
        raise OSError(f"the database could not be written: {wrong}") from wrong


def weight(row: int) -> int:
    """Return the weight that a row holds."""
    return row * _SPREAD % _WEIGHTS


def answer(rows: int) -> bytes:
    """Read so many rows on this thread's own connection, and add them up.

    Raises:
        ValueError: the environment names no database.
    """
    connection: sqlite3.Connection | None = getattr(_here, "connection", None)
    if connection is None:
        connection = _here.connection = connect(path_from_environment())
    return read(connection, rows)


def read(connection: sqlite3.Connection, rows: int) -> bytes:
    """Add up so many rows on a given connection; the GIL is free meanwhile."""
    return reply(*connection.execute(READ, (rows,)).fetchone())


def reply(count: int, total: int) -> bytes:
    """Return the body of an answer."""
    return b"queried %d, in all %d\n" % (count, total)


def expected(rows: int) -> bytes:
    """Return the right answer to a query, worked out without the database."""
    return reply(rows, sum(map(weight, range(rows))))


def connect(path: str) -> sqlite3.Connection:
    """Open the file, to read."""
    return sqlite3.connect(address(path), uri=True, check_same_thread=False)


def address(path: str) -> str:
    """Return where the file is, as SQLite reads it."""
    return f"file:{path}?mode=ro"


def path_from_environment() -> str:
    """Return the path of the database that the environment names.

    Raises:
        ValueError: it names none.
    """
    if not os.environ.get(FILE):
        raise ValueError(f"{FILE} names no database")
    return os.environ[FILE]
