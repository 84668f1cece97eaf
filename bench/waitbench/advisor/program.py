"""A command line in, whether it waits or computes out: run once, watched from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.formatting import percent
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system.cpu import descendants_cpu_ns
from waitbench.system.procfs import descendants, read_proc

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_EVERY_S = 0.01
"""Between two looks at what a program's threads have computed, in seconds."""
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a program did with its time.

    Attributes:
        command: what was run.
        wall_ns: from its start to its end.
        cpu_ns: of all its processes and threads.
        queued_ns: ready without a core, as far as its processes lived long enough to tell.
        at_once: how many of its threads and processes computed at the same time, on average while
            any did; at least 1.
        status: its exit status.
    """

    command: tuple[str, ...]
    wall_ns: int
    cpu_ns: int
    queued_ns: int
    at_once: float
    status: int

    @property
    def waiting(self) -> float:
        """Share of its time, the run queue left out, in which nothing of it computed."""
        alone_ns = max(1, self.wall_ns - self.queued_ns / self.at_once)
        return max(0.0, 1 - self.cpu_ns / self.at_once / alone_ns)


def run(command: Sequence[str], within_s: float) -> Ran:
    """Run a command line to its end; its output goes where ours goes.

    Raises:
        BenchError: there is no such program, or it took too long and was ended with all it started.
    """
    before_ns = descendants_cpu_ns(os.getpid())
    began_ns = time.perf_counter_ns()
    try:
        process = subprocess.Popen(
            command, env=processes.environment(), start_new_session=True, stdout=sys.stderr
        )
    except OSError as refused:
        raise BenchError(
            f"cannot run {command[0]}: {refused.strerror or refused}; "
            "a function is given as module:function or file.py:function"
        ) from None
    queued: dict[str, tuple[int, int]] = {}
    together = longest = 0
    try:
        while process.poll() is None:
            if time.perf_counter_ns() - began_ns > within_s * _NS:
                raise BenchError(
                    f"{command[0]} ran for over {within_s:g} s and was ended; give it more --budget"
                )
            spent = _look((process.pid, *descendants(process.pid)), queued)
            together, longest = together + sum(spent), longest + max(spent, default=0)
            time.sleep(LOOK_EVERY_S)
    finally:
        if process.poll() is None:
            processes.end(process)
    wall_ns = time.perf_counter_ns() - began_ns
    return Ran(
        command=tuple(command),
        wall_ns=wall_ns,
        cpu_ns=max(0, descendants_cpu_ns(os.getpid()) - before_ns),
        queued_ns=sum(late for _, late in queued.values()),
        at_once=max(1.0, together / max(1, longest)),
        status=process.returncode,
    )


def sentence(ran: Ran) -> str:
    """Return whether a program waits or computes, and what could be gained."""
    waits = ran.waiting
    words = f"{percent(waits)} waiting: {' '.join(ran.command)} took {ran.wall_ns / _NS:.2f} s"
    words += f", of which its processes computed {ran.cpu_ns / _NS:.2f} s"
    if ran.at_once > 1.2:  # noqa: PLR2004  less is start and end
        words += f", {ran.at_once:.1f} at once"
    if waits >= 0.5:  # noqa: PLR2004  half
        words += f"; what waits could overlap, and gain up to {1 / max(0.01, 1 - waits):.1f} times"
    else:
        words += "; it computes: more cores or a better algorithm, not more at once, would help"
    return (
        f"{words}. A program is classified, not raced: to race a part of it, name its function, "
        "as in `waitbench advise script.py:function`."
    )


def _look(pids: Sequence[int], so_far: dict[str, tuple[int, int]]) -> list[int]:
    """Note what every thread has computed and queued so far; return what it computed since."""
    spent = []
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208  the same as a Path costs more
        except OSError:
            continue
        for task in tasks:
            place = f"/proc/{pid}/task/{task}/schedstat"
            try:
                cpu, late = map(int, read_proc(place).split()[:2])
            except (OSError, ValueError):
                continue
            spent.append(cpu - so_far.get(place, (0, 0))[0])
            so_far[place] = cpu, late
    return spent
