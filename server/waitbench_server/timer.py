"""Calls things back at absolute moments: one heap of deadlines over one source of wake-ups."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from time import monotonic_ns
from typing import TYPE_CHECKING, Final, Literal

from waitbench_server.startup import step
from waitbench_server.timerfd import available
from waitbench_server.wakeup import NEVER, LoopWakeUp, TimerfdWakeUp, WakeUp

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

TimerName = Literal["timerfd", "fallback", "sleep"]

_COMPACT_ABOVE: Final = 1_000
_LEARN_NS: Final = 200
_NEAR_NS: Final = 30_000  # less than a turn of the loop and its wake-up take
_AT_MOST_NS: Final = (
    200_000  # so long a wake-up may keep the loop from its sockets for what is near
)


@dataclass(slots=True)
class Alarm:
    """Something to call at a deadline; None once it was called or cancelled."""

    callback: Callable[[], None] | None


class Deadlines:
    """The heap: whatever is due is called at once, and never before its time.

    A sleeping process takes some ten microseconds to wake. The wake-up is therefore set ahead of
    the deadline by what one of ten wake-ups exceeds, and the others wait the rest awake. Requests
    that came together are due together: what is due before the loop could turn is waited for at
    once, for a while.
    """

    def __init__(self, wake_up: WakeUp) -> None:
        self.next_ns = NEVER
        """Earliest deadline, so that a busy loop can look in passing whether something is due."""
        self._wake_up = wake_up
        self._heap: list[tuple[int, int, Alarm]] = []  # deadline, number, what to call
        self._number = 0
        self._cancelled = 0
        self._ahead_ns = 0
        self._expected_ns = 0  # when the wake-up should ring; 0 if there was no time
        wake_up.start(self._ring)

    def __len__(self) -> int:
        return len(self._heap) - self._cancelled

    def at(self, deadline_ns: int, callback: Callable[[], None]) -> Alarm:
        """Call `callback` at `deadline_ns` of `time.monotonic_ns`, in order of the deadlines."""
        self._number += 1
        alarm = Alarm(callback)
        heapq.heappush(self._heap, (deadline_ns, self._number, alarm))
        if deadline_ns < self.next_ns:
            self.next_ns = deadline_ns
            self._arm()
        return alarm

    def cancel(self, alarm: Alarm) -> None:
        """Cancel an alarm; harmless when it has been called already."""
        if alarm.callback is None:
            return
        alarm.callback = None
        self._cancelled += 1
        if self._cancelled > _COMPACT_ABOVE and self._cancelled * 2 > len(self._heap):
            self._heap[:] = [kept for kept in self._heap if kept[2].callback is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def fire(self) -> None:
        """Call all that are due by now; what falls due meanwhile waits for the next wake-up."""
        try:
            self._call_due()
        finally:
            self._arm()

    def _call_due(self) -> None:
        """Call all that are due by one look at the clock, so that it ends however much is due."""
        now_ns = monotonic_ns()
        heap, pop = self._heap, heapq.heappop
        try:
            while heap and heap[0][0] <= now_ns:
                alarm = pop(heap)[2]
                callback = alarm.callback
                if callback is None:
                    self._cancelled -= 1
                else:
                    alarm.callback = None
                    callback()
        finally:
            self.next_ns = self._heap[0][0] if self._heap else NEVER

    def _arm(self) -> None:
        """Set the wake-up for the earliest deadline, ahead of it if there is time for that."""
        ahead_ns = self.next_ns - self._ahead_ns
        if self.next_ns != NEVER and ahead_ns > monotonic_ns():
            self._expected_ns = ahead_ns
            self._wake_up.arm(ahead_ns)
        else:
            self._expected_ns = 0
            self._wake_up.arm(self.next_ns)

    def _ring(self) -> None:
        """Answer the wake-up: learn how late it came, and wait out what is left if it was early."""
        now_ns = monotonic_ns()
        if self._expected_ns:
            # Moves to where one wake-up in ten is slower (a stochastic approximation).
            slow = now_ns - self._expected_ns > self._ahead_ns
            learnt_ns = self._ahead_ns + (9 * _LEARN_NS if slow else -_LEARN_NS)
            self._ahead_ns = min(max(learnt_ns, 0), self._wake_up.most_ahead_ns)
        near_ns, until_ns = self._wake_up.most_ahead_ns, now_ns + _AT_MOST_NS
        try:
            while self.next_ns - now_ns <= near_ns and now_ns < until_ns:
                while monotonic_ns() < self.next_ns:
                    pass
                self._call_due()
                now_ns, near_ns = monotonic_ns(), _NEAR_NS
        finally:
            self._arm()

    def close(self) -> None:
        """Call nothing any more."""
        self._heap.clear()
        self._wake_up.close()


def choose(name: TimerName | None) -> TimerName:
    """Return the timer that was asked for, or the best one this system has.

    Raises:
        StartError: the system has nothing left for one.
    """
    if name:
        return name
    with step("a timer can not be had"):
        return "timerfd" if available() else "fallback"


def deadlines(name: TimerName, loop: asyncio.AbstractEventLoop) -> tuple[Deadlines, int]:
    """Make the heap for a loop; return it and its resolution in nanoseconds.

    `sleep` is the control in calibrations: requests then wait in `asyncio.sleep`, and only the
    service's own chores use this heap.
    """
    wake_up: WakeUp = TimerfdWakeUp(loop) if name == "timerfd" else LoopWakeUp(loop)
    return Deadlines(wake_up), wake_up.resolution_ns
