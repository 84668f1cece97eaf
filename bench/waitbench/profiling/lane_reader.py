"""Threads of another process and of its children, read tick by tick: a lane for each."""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from waitbench.profiling.classify import ASLEEP, AT_THE_LOCK
from waitbench.profiling.own_files import AWAITED, named
from waitbench.scenario import BenchError
from waitbench.system.procfs import descendants, read_proc

try:
    import _remote_debugging as remote  # type: ignore[import-not-found,unused-ignore]  # 3.15's own
except ImportError:
    remote = None  # type: ignore[assignment,unused-ignore]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.profiling.windows import RawLane

EVERYTHING = 3
"""Mode of reading: who has the GIL, and who has a core."""
CHILDREN_EVERY, AWAITING_EVERY, ANEW_EVERY = 25, 20, 100
"""So many ticks apart new children are looked for, tasks that await, and sub-interpreters: those
that came after it a reader of 3.15.2 never sees, so another one is made."""
UNREAD = (RuntimeError, OSError, UnicodeDecodeError, MemoryError)
"""What a read comes to that met a thread in the middle of a change, or nobody any more."""


class UnreadableError(BenchError):
    """This process cannot be read from outside."""


class _Lane:
    """One thread: its stacks in the order of time."""

    def __init__(self, pid: int, tid: int, name: str, began_s: float) -> None:
        self._last_s = began_s
        self._names: dict[str, int] = {}
        self.raw: RawLane = {
            "pid": pid,
            "tid": tid,
            "name": name,
            "began_s": began_s,
            "frames": [],
            "samples": [],
        }

    def add(self, stack: Sequence[str], now_s: float) -> None:
        """Add what it does now, for the time since it was last seen."""
        numbers = [self._names.setdefault(name, len(self._names)) for name in stack]
        self.raw["samples"].append((numbers, now_s - self._last_s))
        self._last_s = now_s

    def read(self) -> RawLane:
        """Return all of it."""
        self.raw["frames"] = list(self._names)
        return self.raw


class LaneReader:
    """Reads a process and its children from outside; it must be their parent, or may read them.

    Args:
        pid: of the process.
        awaits: whether tasks of an event loop run in it.

    Raises:
        UnreadableError: this Python cannot read others, or the system does not let it.
    """

    def __init__(self, pid: int, *, awaits: bool) -> None:
        if remote is None:
            raise UnreadableError(
                "its Python has no profiling.sampling, which came with 3.15; "
                "`--sampler pyinstrument` does without"
            )
        self._pid, self._awaits = pid, awaits
        self._lanes: dict[tuple[int, int], _Lane] = {}
        self._waits: Counter[str] = Counter()
        self._awaited: list[str] = []
        """What most tasks of the loop awaited at the last look: it sleeps for those."""
        self._ticks = self._looks = 0
        self._began_s = self._now_s = time.perf_counter()
        try:
            self._processes = {pid: _unwinder(pid)}
            self._processes[pid].get_stack_trace()
        except UNREAD as refused:
            raise UnreadableError(
                f"this system lets no process read another ({refused}); "
                "`--sampler pyinstrument` does without"
            ) from None

    @property
    def rate_hz(self) -> float:
        """How often it really read."""
        return self._ticks / max(1e-9, self._now_s - self._began_s)

    def tick(self) -> None:
        """Read every thread once."""
        last_s, self._now_s = self._now_s, time.perf_counter()
        if self._ticks % CHILDREN_EVERY == 0:
            self._find_children()
        if self._ticks % ANEW_EVERY == ANEW_EVERY - 1:
            with suppress(*UNREAD):
                self._processes[self._pid] = _unwinder(self._pid)
        for pid, unwinder in list(self._processes.items()):
            try:
                threads = _threads(unwinder.get_stack_trace())
            except ProcessLookupError:
                del self._processes[pid]
                continue
            except UNREAD:
                continue
            for thread in threads:
                stack = _stack(thread)
                if self._awaited and thread.thread_id == self._pid and stack[-1] == ASLEEP:
                    stack[-1:] = [*self._awaited, ASLEEP]
                self._lane(pid, thread.thread_id, last_s).add(stack, self._now_s)
        if self._awaits and self._ticks % AWAITING_EVERY == 0:
            self._look_who_awaits()
        self._ticks += 1

    def lanes(self) -> list[RawLane]:
        """Return all that was read."""
        return [lane.read() for lane in self._lanes.values()]

    def awaiting(self) -> dict[str, float]:
        """Return how many tasks awaited at once, on average, by the function they awaited in."""
        return {name: many / self._looks for name, many in self._waits.most_common()}

    def _lane(self, pid: int, tid: int, began_s: float) -> _Lane:
        if (pid, tid) not in self._lanes:
            name = _name(pid, tid) if pid == self._pid else f"Process-{pid}"
            self._lanes[pid, tid] = _Lane(pid, tid, name, began_s)
        return self._lanes[pid, tid]

    def _find_children(self) -> None:
        for pid in descendants(self._pid):
            if pid not in self._processes:
                try:
                    self._processes[pid] = _unwinder(pid)
                except UNREAD:  # it is no Python, or not yet one
                    continue

    def _look_who_awaits(self) -> None:
        try:
            awaiting = self._processes[self._pid].get_all_awaited_by()
        except UNREAD:
            return
        self._looks += 1
        places: Counter[tuple[str, ...]] = Counter()
        for task in (task for thread in awaiting for task in thread.awaited_by):
            frames = [frame for part in task.coroutine_stack for frame in part.call_stack]
            if any(frame.funcname in AWAITED for frame in frames):
                places[tuple(map(_identifier, reversed(frames)))] += 1
        for stack, many in places.items():
            self._waits[stack[-1]] += many
        self._awaited = [name for stack, _ in places.most_common(1) for name in stack]


def _threads(interpreters: Sequence[Any]) -> list[Any]:
    """Return each thread once: one that runs in a sub-interpreter does what that shows."""
    inmost = sorted(interpreters, key=lambda each: int(each.interpreter_id))
    return list(
        {
            thread.thread_id: thread
            for interpreter in inmost
            for thread in interpreter.threads
            if thread.frame_info
        }.values()
    )


def _unwinder(pid: int) -> Any:
    return remote.RemoteUnwinder(
        pid, all_threads=True, mode=EVERYTHING, skip_non_matching_threads=False, cache_frames=True
    )


def _stack(thread: Any) -> list[str]:
    """Return the names of its frames from the root to the leaf, as pyinstrument names them."""
    stack = [_identifier(frame) for frame in reversed(thread.frame_info)]
    if thread.status & (remote.THREAD_STATUS_HAS_GIL | remote.THREAD_STATUS_ON_CPU):
        return stack
    waits = thread.status & remote.THREAD_STATUS_GIL_REQUESTED
    return [*stack, AT_THE_LOCK if waits else ASLEEP]


def _identifier(frame: Any) -> str:
    return named(f"{frame.funcname.rpartition('.')[2]}\x00{frame.filename}\x000")


def _name(pid: int, tid: int) -> str:
    if pid == tid:
        return "main"
    try:
        return os.fsdecode(read_proc(f"/proc/{pid}/task/{tid}/comm")).strip()
    except OSError:
        return str(tid)
