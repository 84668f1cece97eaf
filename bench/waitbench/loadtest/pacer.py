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
AHEAD_NS, LEARN_NS = 100_000, 5_000
"""How long before its time a call is prepared at first, and how much is learnt from each."""
AWAKE = 0.05
"""Share of the time between calls that may be waited awake: the server wants the core as well."""
PR_SET_TIMERSLACK = 29
"""Of prctl(2), for the calling thread; in nanoseconds."""


class Pacer(threading.Thread):
    """Calls `due(number)` on the loop at each planned time; loops round up to a millisecond.

    From the thread's alarm to the call on the loop a tenth of a millisecond goes by. So the thread
    rings ahead, by what nine of ten calls take to come through, and the loop waits out the rest.

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
        between_ns = (plan_ns[-1] - plan_ns[0]) / max(len(plan_ns) - 1, 1) if plan_ns else 0
        self._most_ahead_ns = round(AWAKE * between_ns)
        self._ahead_ns = min(AHEAD_NS, self._most_ahead_ns)

    def run(self) -> None:
        """Go through the plan."""
        _wake_on_time()
        for number, due_ns in enumerate(self._plan_ns):
            ring_ns = self._start_ns + due_ns - self._ahead_ns
            while (left_ns := ring_ns - time.perf_counter_ns()) > 0:
                time.sleep(min(left_ns / 1e9, LONGEST_NAP_S))
                if self._stopped:
                    return
            if self._stopped:
                return
            self._loop.call_soon_threadsafe(self._ring, number, ring_ns)

    def stop(self) -> None:
        """Make no further call; wait until the thread has ended."""
        self._stopped = True
        self.join()

    def _ring(self, number: int, ring_ns: int) -> None:
        """Learn how long the way to the loop was (a stochastic approximation), then be on time."""
        due_ns = self._start_ns + self._plan_ns[number]
        slow = time.perf_counter_ns() - ring_ns > self._ahead_ns
        learnt_ns = self._ahead_ns + (9 * LEARN_NS if slow else -LEARN_NS)
        self._ahead_ns = min(max(learnt_ns, 0), self._most_ahead_ns)
        if due_ns - time.perf_counter_ns() <= self._most_ahead_ns:
            while time.perf_counter_ns() < due_ns:
                pass
        self._due(number)


def _wake_on_time() -> None:
    """Ask Linux not to group this thread's wake-ups with others: it may be 50 µs late else."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
