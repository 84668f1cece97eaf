"""How long a loop stood still: a beat that is due every millisecond, and how late it came."""

from __future__ import annotations

import asyncio
from time import perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Late = tuple[int, int]
"""When a beat was due and when it came, in nanoseconds of `perf_counter_ns`."""
BEAT_NS = 1_000_000
"""Between two beats; the timers of a loop are no finer."""


class Heartbeat:
    """Beats on the loop while a task is under way, as any other task of that loop would wake.

    The first beat is due the moment that the first task starts, so whatever blocks from then on is
    seen in full; a call that begins later, between two beats, is seen up to one beat short. The
    loop's own timers round up to a millisecond, so a lateness below that means nothing. A beat
    that waits for the interpreter's lock is late as well: that is what a task would feel.
    """

    def __init__(self) -> None:
        self._tasks = 0
        self._due_ns = self._left_ns = 0
        self._late: list[Late] = []
        self._next: asyncio.Handle | None = None
        self._resting: asyncio.Handle | None = None

    def enter(self) -> Sequence[Late]:
        """Begin a task; return the beats, a list that grows while any task is under way."""
        self._tasks += 1
        if self._next is None:
            self._late = []
            self._due_ns = perf_counter_ns()
            self._next = asyncio.get_running_loop().call_soon(self._beat)
        return self._late

    def leave(self) -> None:
        """End a task; unless another begins in the same turn of the loop, the heart then rests."""
        self._tasks -= 1
        if not self._tasks:
            self._left_ns = perf_counter_ns()
            if self._resting is None:
                self._resting = asyncio.get_running_loop().call_soon(self._rest)

    def _beat(self) -> None:
        now_ns = perf_counter_ns()
        self._book(now_ns)
        self._due_ns = now_ns + BEAT_NS
        self._next = asyncio.get_running_loop().call_later(BEAT_NS / 1e9, self._beat)

    def _rest(self) -> None:
        self._resting = None
        if not self._tasks and self._next is not None:
            self._next.cancel()
            self._next = None
            self._book(self._left_ns)  # overdue already when the last task ended

    def _book(self, now_ns: int) -> None:
        if now_ns > self._due_ns:
            self._late.append((self._due_ns, now_ns))
