"""Limits that a race would run into: told before it begins, not by each row that fails of them."""

from __future__ import annotations

import os
import resource

from waitbench.scenario import BenchError
from waitbench.system.cgroups import memory_left_bytes, tasks_left
from waitbench.system.machine import memory_bytes
from waitbench.system.open_files import SPARE, raise_limit

FILES_OF_A_WORKER = 4
"""That the conductor holds of each process: its input, its output, its complaints, one to spare."""
TASKS_OF_A_WORKER = 4
"""Of a worker that does nothing yet, with what its pools start beside their own."""

BYTES_OF_A_WORKER = 48 << 20
"""Of an interpreter with what its tasks import."""


LEAST_FILES = 32
"""Without which no run even begins."""


def refuse_hopeless() -> None:
    """Raise BenchError where so few files may be open that nothing can be measured."""
    files = raise_limit()
    if files < LEAST_FILES:
        raise BenchError(
            f"only {files:,} files may be open at once, and a run takes {SPARE:,} and more; "
            f"raise the limit by ulimit -n {SPARE * 2}"
        )


def shortages(widest: int, workers: int) -> list[str]:
    """Return a sentence for each limit that is too low for a race.

    Args:
        widest: the most tasks that a contestant has under way at once.
        workers: how many contestants have a process at the same time.
    """
    sentences = []
    files, needed = raise_limit(), SPARE + max(widest, FILES_OF_A_WORKER * workers)
    if files < needed:
        sentences.append(
            f"only {files:,} files may be open at once, and up to {needed:,} may be needed: rows "
            f"can fail of it; raise the limit by ulimit -n {needed}"
        )
    # Threads and the processes of a pool are tasks of the system alike.
    tasks, needed = _tasks_left(), widest + TASKS_OF_A_WORKER * workers
    if tasks is not None and tasks < needed:
        sentences.append(
            f"only {tasks:,} more threads and processes may be started, and up to {needed:,} may "
            "be needed: rows can fail of it; raise ulimit -u, or pids.max of the control group"
        )
    memory, needed = _memory_left_bytes(), BYTES_OF_A_WORKER * (workers + 1)  # and the target
    if memory is not None and memory < needed:
        sentences.append(
            f"only {memory >> 20:,} MiB of memory are free, and {needed >> 20:,} may be needed: "
            "rows can fail of it; close what holds memory, or race fewer at once (--models)"
        )
    return sentences


def _memory_left_bytes() -> int | None:
    """Return what processes can still take; None where the system does not say."""
    _, available = memory_bytes()
    address_space, _ = resource.getrlimit(resource.RLIMIT_AS)
    left = [number for number in (available, memory_left_bytes()) if number is not None]
    if address_space != resource.RLIM_INFINITY:  # of each process: four times what it really takes
        left.append(address_space // 4)
    return max(0, min(left)) if left else None


def _tasks_left() -> int | None:
    """Return how many threads and processes may still be started; None without a limit."""
    left = [number for number in (tasks_left(), _of_the_user()) if number is not None]
    return max(0, min(left)) if left else None


def _of_the_user() -> int | None:
    """Return what `ulimit -u` leaves, which does not hold for root."""
    most, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if most == resource.RLIM_INFINITY or not os.geteuid():
        return None
    import psutil

    user, count = os.getuid(), 0
    for process in psutil.process_iter(("uids", "num_threads")):
        uids, threads = process.info["uids"], process.info["num_threads"]
        count += threads or 0 if uids and uids.real == user else 0
    return most - count
