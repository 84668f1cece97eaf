"""The work of one request, the same under every server: wait, compute, query; and its answer."""

from __future__ import annotations

import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

from waitbench.loadtest import database

if TYPE_CHECKING:
    from collections.abc import Callable

WORKS = ("wait", "compute", "query", "span")
HEALTH = "health"
"""What is asked when only life is wanted: nothing waits, nothing computes."""
NO_LOOP = "none"
"""In the place of a loop, where a request has a thread or a process."""
_MULTIPLIER, _MODULUS = 48_271, 2_147_483_647
_SPREE = 20_000
_SPREES = 7


def answer(path: str) -> bytes:
    """Do the work that a path asks for, blocking, and return the body of the answer.

    Args:
        path: `/wait/20000000` (nanoseconds), `/compute/50000` (turns of a loop), `/query/50000`
            (rows of a table to read), `/span/20000000` (a wait that says when it was) or `/health`.

    Raises:
        ValueError: it asks for something else.
    """
    work, amount = parse(path)
    if work == "wait":
        time.sleep(amount / 1e9)
        return waited(amount)
    if work == "span":
        began_ns = time.perf_counter_ns()
        time.sleep(amount / 1e9)
        return spanned(began_ns, NO_LOOP)
    if work == "query":
        return database.answer(amount)
    return computed(amount) if work == "compute" else b"healthy\n"


def parse(path: str) -> tuple[str, int]:
    """Read a path into what is asked and how much of it.

    Raises:
        ValueError: it asks for something else.
    """
    work, _, amount = path.strip("/").partition("/")
    if work == HEALTH and not amount:
        return work, 0
    if work not in WORKS:
        raise ValueError(f"there is no work {work!r}; there are {', '.join(WORKS)}")
    return work, int(amount)


def waited(amount_ns: int) -> bytes:
    """Return the answer to a wait that is over, however it was done."""
    return b"waited %d\n" % amount_ns


def spanned(began_ns: int, loop: str) -> bytes:
    """Return what one request saw: its begin and its end, which is now, and whose loop it ran on.

    The clock is the same for all processes of a machine.
    """
    return f"{began_ns} {time.perf_counter_ns()} {loop}\n".encode()


def computed(turns: int) -> bytes:
    """Run the minimal-standard generator of Park and Miller (1988) so many turns, in Python."""
    figure = 1
    for _ in range(turns):
        figure = figure * _MULTIPLIER % _MODULUS
    return b"computed %d\n" % figure


def expected(work: str, amount: int) -> bytes:
    """Return the right answer, found another way: the generator's n-th figure is a power."""
    if work == "wait":
        return waited(amount)
    if work == "query":
        return database.expected(amount)
    return b"computed %d\n" % pow(_MULTIPLIER, amount, _MODULUS)


def turns_for(wall_ns: int) -> int:
    """How many turns take about so long on this machine, at the median of a few sprees."""
    return _gauge(computed, _SPREE, wall_ns)


def rows_for(wall_ns: int, path: str) -> int:
    """How many rows of the database in this file take about so long to read."""
    with closing(database.connect(path)) as connection:
        rows = _gauge(lambda rows: database.read(connection, rows), _SPREE, wall_ns)
    return min(rows, database.ROWS)


def _gauge(do: Callable[[int], object], amount: int, wall_ns: int) -> int:
    took_ns = []
    for _ in range(_SPREES):
        began_ns = time.perf_counter_ns()
        do(amount)
        took_ns.append(time.perf_counter_ns() - began_ns)
    return max(1, round(amount * wall_ns / median(took_ns)))
