"""What a round cost in CPU: a process with its children, and its wait for a core."""

from __future__ import annotations

import os
import resource
import sys
import time

from waitbench.system.procfs import descendants, read_proc

_LINUX = sys.platform == "linux"
_CPUCLOCK_SCHED = 2
_TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
_ATTEMPTS = 5
ALONE = 0.98
"""Share of a round's CPU that is all of it, but for threads that looked up once and slept on."""


class RoundCpu:
    """CPU of this process and its whole tree over one round, its own readings left out.

    The clock of this process is read last at the start and first at the end, so that
    looking at 64 children is not billed to the round.

    Attributes:
        alone: whether the calling thread did all of the last round's work. Others may have lived:
            an async client keeps some that sleep.
    """

    def __init__(self) -> None:
        self.alone = False
        self._others_ns = 0
        self._own_ns = 0
        self._thread_ns = 0

    def start(self) -> None:
        """Begin a round."""
        self._others_ns = descendants_cpu_ns(os.getpid())
        self._thread_ns = time.thread_time_ns()
        self._own_ns = time.process_time_ns()

    def stop(self) -> int:
        """CPU nanoseconds since `start`: every thread, every child alive or already reaped."""
        own_ns = time.process_time_ns() - self._own_ns
        thread_ns = time.thread_time_ns() - self._thread_ns
        cpu_ns = own_ns + max(0, descendants_cpu_ns(os.getpid()) - self._others_ns)
        self.alone = thread_ns >= ALONE * cpu_ns
        return cpu_ns


def tree_of_ns(pid: int) -> int:
    """CPU nanoseconds so far of another process, its live descendants and what these reaped."""
    pids = (pid, *descendants(pid))
    return sum(map(_reaped_ns, pids)) + sum(_process_cpu_ns(process) or 0 for process in pids)


def descendants_cpu_ns(own: int) -> int:
    """CPU nanoseconds so far of the live descendants of a process and of the children they reaped.

    A child that ends meanwhile is looked for among the reaped.
    """
    total_ns = 0
    for _ in range(_ATTEMPTS):
        pids = descendants(own)
        # Reaped before live: a child that moves from one to the other in between is then missed
        # by its clock, which is seen, rather than counted twice, which is not.
        reaped = [_own_reaped_ns(), *(_reaped_ns(pid) for pid in pids)]
        live = [_process_cpu_ns(pid) for pid in pids]
        total_ns = sum(ns or 0 for ns in reaped + live)
        if None not in live:
            break
    return total_ns


def _own_reaped_ns() -> int:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((usage.ru_utime + usage.ru_stime) * 1e9)


def _reaped_ns(pid: int) -> int:
    """CPU of the children that a descendant has reaped (a fork server's workers), in ticks."""
    try:
        after_name = read_proc(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return (int(after_name[13]) + int(after_name[14])) * _TICK_NS
    except OSError:
        return 0


def _process_cpu_ns(pid: int) -> int | None:
    """CPU of one process with its ended threads; None once it is gone."""
    if _LINUX:
        try:
            # The clock that clock_getcpuclockid(3) gives for another process: full resolution.
            return time.clock_gettime_ns(((~pid) << 3) | _CPUCLOCK_SCHED)
        except OSError:
            pass
    import psutil  # costs a worker 15 ms, and only this branch needs it

    try:
        times = psutil.Process(pid).cpu_times()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return round((times.user + times.system) * 1e9)


def run_queue_delay_ns(pid: int) -> int | None:
    """Nanoseconds the live threads of a process have stood ready without a core; None if unknown.

    Ended threads drop out of the sum, so compare readings only while the same threads live.
    """
    folder = f"/proc/{pid}/task"
    delay_ns = 0
    try:
        for thread in os.listdir(folder):  # noqa: PTH208  # as above
            delay_ns += int(read_proc(f"{folder}/{thread}/schedstat").split()[1])
    except OSError:
        return None
    return delay_ns


def tree_delay_ns(pid: int) -> int | None:
    """Nanoseconds that a process and its live descendants have stood ready without a core.

    None if unknown of any.
    """
    delays = [run_queue_delay_ns(process) for process in (pid, *descendants(pid))]
    readings_ns = [delay_ns for delay_ns in delays if delay_ns is not None]
    return sum(readings_ns) if len(readings_ns) == len(delays) else None
