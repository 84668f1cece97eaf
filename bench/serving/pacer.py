"""Calls that come when they are due: a thread that sleeps, since a loop's own timer is late."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

LONGEST_NAP_S = 0.05
PR_SET_TIMERSLACK = 29
"""Of prctl(2), for the calling thread; in nanoseconds."""


class Pacer(threading.Thread):
    """Calls `due(number)` on the loop at each planned time; loops round up to a millisecond.

    Args:
        loop: where the calls are made.
        start_ns: when the plan begins, on `perf_counter_ns`.
        plan_ns: when each call is due, from then on, ascending.
        due: what is called; late calls are made one after the other, never left out.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        start_ns: int,
        plan_ns: Sequence[int],
        due: Callable[[int], None],
    ) -> None:
        super().__init__(name="pacer", daemon=True)
        self._loop, self._due = loop, due
        self._start_ns, self._plan_ns = start_ns, plan_ns
        self._stopped = False

    def run(self) -> None:
        """Go through the plan."""
        _wake_on_time()
        for number, due_ns in enumerate(self._plan_ns):
            while (left_ns := self._start_ns + due_ns - time.perf_counter_ns()) > 0:
                time.sleep(min(left_ns / 1e9, LONGEST_NAP_S))
                if self._stopped:
                    return
            if self._stopped:
                return
            self._loop.call_soon_threadsafe(self._due, number)

    def stop(self) -> None:
        """Make no further call; wait until the thread has ended."""
        self._stopped = True
        self.join()


def _wake_on_time() -> None:
    """Ask Linux not to group this thread's wake-ups with others: it may be 50 µs late else."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
