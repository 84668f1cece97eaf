"""A round watched from inside: whose CPU it was, who stood in the run queue, who held the lock."""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from operator import sub
from typing import Self

from waitbench.system.cpu import descendants_cpu_ns
from waitbench.system.gil_probe import GilProbe
from waitbench.system.procfs import descendants, read_proc

PERIOD_S = 0.008
"""How often helpers are looked at: what one waited for a core is known only while it lives."""
_PROCESS = "/proc/{}/schedstat"
Times = dict[int, tuple[int, int]]
"""CPU and run-queue delay in nanoseconds, by thread or process."""


class Watch:
    """Within its block, rounds of this thread can be watched one after the other.

    `stop` gives figures of the round, in nanoseconds unless the name says otherwise:

        watched_own_ns, watched_threads_ns, watched_children_ns: CPU of the thread that ran it, of
            the process's other threads, of its children alive or reaped
        watched_system_share: of the first, what the system took
        watched_own_queued_ns, watched_threads_queued_ns, watched_children_queued_ns: ready without
            a core; the last is a lower bound, for a child that ends takes its figure with it
        watched_helpers: how many threads and children computed for it at the same time
        watched_switches: how often the thread gave up its core to wait for something
        watched_knocks_...: how often `waitbench.system.gil_probe` met the GIL held, free or queued
        for
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._owner = threading.get_native_id()
        self._children: dict[int, int] = {}
        self._last: Times = {}
        self._together_ns = self._longest_ns = 0
        self._over, self._looking = threading.Event(), threading.Lock()
        self._sampler = threading.Thread(target=self._sample_helpers, daemon=True)

    def __enter__(self) -> Self:
        self._gil_probe = self._open.enter_context(GilProbe())
        self._sampler.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._sampler.join()
        self._open.close()

    def start(self) -> None:
        """Begin a round."""
        self._look()
        self._children = {}
        self._together_ns = self._longest_ns = 0
        self._children_ns = descendants_cpu_ns(os.getpid())
        self._threads = _threads()
        self._usage = _usage()
        self._gil_probe.start()
        self._process_ns = time.process_time_ns()
        self._own_ns = time.thread_time_ns()

    def stop(self) -> dict[str, float]:
        """Return the figures of the round since `start`."""
        own_ns = time.thread_time_ns() - self._own_ns
        process_ns = time.process_time_ns() - self._process_ns
        gil_samples = self._gil_probe.stop()
        usage, threads = _usage(), _threads()
        children_ns = max(0, descendants_cpu_ns(os.getpid()) - self._children_ns)
        spent = {
            thread: tuple(map(sub, times, self._threads.get(thread, (0, 0))))
            for thread, times in threads.items()
        }
        ours = self._ours()
        watching_ns = sum(spent.get(thread, (0, 0))[0] for thread in ours if thread != self._owner)
        others_queued_ns = sum(late for thread, (_, late) in spent.items() if thread not in ours)
        self._look()
        system = usage[1] - self._usage[1]
        total = system + usage[0] - self._usage[0]
        return {
            "watched_own_ns": own_ns,
            "watched_threads_ns": max(0, process_ns - own_ns - watching_ns),
            "watched_children_ns": children_ns,
            "watched_system_share": system / total if total else 0.0,
            "watched_own_queued_ns": spent.get(self._owner, (0, 0))[1],
            "watched_threads_queued_ns": others_queued_ns,
            "watched_children_queued_ns": sum(self._children.values()),
            "watched_helpers": max(1.0, self._together_ns / max(1, self._longest_ns)),
            "watched_switches": usage[2] - self._usage[2],
            **gil_samples,
        }

    def _ours(self) -> set[int]:
        """Return the ids of threads that are no helpers: the watched one, and those that watch."""
        watching = (self._gil_probe.native_id, self._sampler.native_id)
        return {self._owner, *(native_id or 0 for native_id in watching)}

    def _sample_helpers(self) -> None:
        while not self._over.wait(PERIOD_S):
            self._look()

    def _look(self) -> None:
        """See what helpers did since the last look; two alike in it count twice its longest."""
        with self._looking:
            self._look_at(_threads())

    def _look_at(self, threads: Times) -> None:
        children = {child: _times(_PROCESS.format(child)) for child in descendants(os.getpid())}
        now = {child: times for child, times in children.items() if times}
        spent = [cpu - self._last.get(child, (0, 0))[0] for child, (cpu, _) in now.items()]
        for child, (_, queued) in now.items():
            queued_before = self._children.get(child, 0)
            self._children[child] = queued_before + queued - self._last.get(child, (0, 0))[1]
        ours = self._ours()
        spent += [
            cpu - self._last.get(thread, (0, 0))[0]
            for thread, (cpu, _) in threads.items()
            if thread not in ours
        ]
        self._together_ns += sum(spent)
        self._longest_ns += max(spent, default=0)
        self._last = {**threads, **now}


def _threads() -> Times:
    folder = "/proc/self/task"
    try:
        names = os.listdir(folder)  # noqa: PTH208  the same as a Path costs three times more
    except OSError:
        return {}
    times_by_thread = {int(name): _times(f"{folder}/{name}/schedstat") for name in names}
    return {thread: times for thread, times in times_by_thread.items() if times}


def _times(path: str) -> tuple[int, int] | None:
    try:
        cpu, queued = read_proc(path).split()[:2]
    except (OSError, ValueError):
        return None
    return int(cpu), int(queued)


def _usage() -> tuple[float, float, int]:
    """User time, system time (seconds) and voluntary switches of this thread."""
    import resource

    who = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
    usage = resource.getrusage(who)
    return usage.ru_utime, usage.ru_stime, usage.ru_nvcsw
