"""What a round costs in CPU, and how long its thread stood ready without a core."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress

ALONE = 0.98
"""Share of a round's CPU that is all of it: as in `waitbench.system.cpu`."""
_CPUCLOCK_SCHED = 2


class RoundCpu:
    """CPU of this process and its children over a round, and the delay of the calling thread.

    Attributes:
        cpu_ns: of the last round.
        delay_ns: that its thread stood in the run queue; None where the system does not say.
        alone: whether the calling thread did all of the work.
    """

    def __init__(self) -> None:
        self.cpu_ns = 0
        self.delay_ns: int | None = None
        self.alone = False

    def start(self) -> None:
        """Begin a round."""
        self._children_ns = _children_ns()
        self._delay_ns = run_queue_delay_ns()
        self._thread_ns = time.thread_time_ns()
        self._own_ns = time.process_time_ns()

    def stop(self) -> None:
        """End it."""
        own_ns = time.process_time_ns() - self._own_ns
        thread_ns = time.thread_time_ns() - self._thread_ns
        delay_ns = run_queue_delay_ns()
        before = self._delay_ns
        self.delay_ns = None if delay_ns is None or before is None else delay_ns - before
        self.cpu_ns = own_ns + max(0, _children_ns() - self._children_ns)
        self.alone = thread_ns >= ALONE * self.cpu_ns


def run_queue_delay_ns() -> int | None:
    """Return how long this thread has stood ready without a core; None if the system is silent."""
    try:
        number = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return None
    try:
        return int(os.read(number, 100).split()[1])
    finally:
        os.close(number)


def _children_ns() -> int:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    total_ns = round((usage.ru_utime + usage.ru_stime) * 1e9)
    for child in _descendants():
        with suppress(OSError):
            # The clock that clock_getcpuclockid(3) gives for another process.
            total_ns += time.clock_gettime_ns(((~child) << 3) | _CPUCLOCK_SCHED)
    return total_ns


def _descendants() -> list[int]:
    everyone: list[int] = []
    fresh = [os.getpid()]
    while fresh:
        fresh = [child for parent in fresh for child in _children(parent)]
        everyone += fresh
    return everyone


def _children(pid: int) -> list[int]:
    folder = f"/proc/{pid}/task"
    children: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(folder):  # noqa: PTH208 - a Path costs three times more
            with suppress(OSError), open(f"{folder}/{thread}/children", "rb") as names:  # noqa: PTH123
                children += map(int, names.read().split())
    return children
