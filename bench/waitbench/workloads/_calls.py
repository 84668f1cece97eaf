"""Calls that block: each is a plain function of a task's number, and can be pickled."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.scenario import WrongResultError
from waitbench.services.temporary_folder import folder_of
from waitbench.workloads import compute
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ITEMS = 1000
"""Rows of the table; small, so that it is made in milliseconds and stays in the system's cache."""
STEPS_PER_MS = 10_000
"""Pure-Python steps of a calculation in a millisecond, about."""
ROWS_PER_MS = 25
"""Rows that are compared with every row of the table in a millisecond, about."""
EARLY_NS = 1_000_000
"""A sleep that ends sooner than this before its time is wrong."""

QUERY = (
    "SELECT count(*) FROM (SELECT value FROM items ORDER BY value LIMIT ?) AS few, items "
    "WHERE items.value > few.value"
)
CALLS = ("sleep", "sqlite", "cpu", "nothing")


def make(call: str, length_ns: int, owner: object) -> Callable[[int], Any]:
    """Return a call of about this length; what it needs on disk lives as long as `owner`.

    Raises:
        BenchError: no such call.
    """
    if one_of(CALLS, call, "call") == "sleep":
        return partial(_sleep, length_ns / 1e9)
    if call == "sqlite":
        return partial(_query, _table(folder_of(owner)), _rows(length_ns))
    if call == "cpu":
        return partial(_walk, _steps(length_ns))
    return _nothing


def check(call: str, length_ns: int, number: int, took_ns: int, result: Any) -> None:
    """Raise WrongResultError unless the call did what it is for; each is known another way."""
    if call == "sleep" and took_ns < length_ns - EARLY_NS:
        raise WrongResultError(f"task {number} slept {took_ns} ns, asked for {length_ns}")
    right = {"sqlite": lambda: pairs(_rows(length_ns)), "cpu": lambda: _leap(number, length_ns)}
    expected = right[call]() if call in right else None
    if result != expected:
        raise WrongResultError(f"task {number} got {result} from {call}, right is {expected}")


def pairs(rows: int) -> int:
    """How many pairs the query counts: row i of the first `rows` has ITEMS - 1 - i above it."""
    return rows * (ITEMS - 1) - rows * (rows - 1) // 2


def _sleep(seconds: float, number: int) -> None:
    del number
    time.sleep(seconds)


def _query(path: str, rows: int, number: int) -> int:
    del number
    # A connection belongs to one thread; opening one for each call costs a tenth of a millisecond.
    with closing(sqlite3.connect(path)) as database:
        (counted,) = database.execute(QUERY, (rows,)).fetchone()
    return int(counted)


def _walk(steps: int, number: int) -> int:
    return compute.walk(number, steps)


def _nothing(number: int) -> None:
    del number


def _table(folder: Path) -> str:
    path = str(folder / "items.sqlite")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE items (value INTEGER)")
        database.executemany("INSERT INTO items VALUES (?)", ((value,) for value in range(ITEMS)))
    return path


def _leap(number: int, length_ns: int) -> int:
    return compute.leap(number, _steps(length_ns))


def _steps(length_ns: int) -> int:
    return max(1, length_ns * STEPS_PER_MS // 1_000_000)


def _rows(length_ns: int) -> int:
    return min(ITEMS, max(1, length_ns * ROWS_PER_MS // 1_000_000))
