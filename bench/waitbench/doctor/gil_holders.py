"""Who had the GIL while a loop's thread wanted it: threads that wait for it, and their CPU.

The system tells which system call a thread waits in, and at which address: all that want the GIL
wait at the same one. The watchdog has it while it looks, and reads through calls that keep it.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from waitbench.doctor import source_lines
from waitbench.doctor.proc_reads import keep_gil, waits_at

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from waitbench.doctor.findings import SourceLine
    from waitbench.doctor.source_lines import Line

START, START_DEPTH = threading.Thread.start.__code__, 4
"""What starts a thread waits for it some frames below."""
DOCTOR = "waitbench-doctor"
"""The name of our own threads."""
NEAR = 256
"""Bytes that the GIL's own parts lie within."""
LEARNING_US, ATTEMPTS = 1_500, 3
"""So long the GIL is kept, while a thread wants it, to see where it waits; so many times."""
MOST_THREADS = 64
"""Of more threads than that the rest is not looked at: a look keeps the GIL."""
LEAST_SHARE, MOST_SHARE = 0.1, 0.5
"""Of the time, what other threads were on a core if they had the GIL: on a crowded machine who has
it may wait for a core himself. What the loop's own thread was, if they had not."""


class Called(NamedTuple):
    """What a thread of a pool was called for: its name, and its code if it is Python's.

    If it is none, `place` is the line that handed it in.
    """

    name: str
    code: CodeType | None
    place: SourceLine | None = None


class Holder(NamedTuple):
    """A thread that had the GIL: its name, its stack as it let go, and what it was called for.

    `cpu_ns` is of all that had it since the last look: on a crowded machine they wait for a core.
    """

    thread: str
    lines: tuple[Line, ...]
    cpu_ns: int
    ident: int
    call: Called | None = None


class GilHolders:
    """Looks at the threads of this process that want the GIL or had it; where nothing tells, none.

    All methods are for a thread that has the GIL and keeps it.
    """

    def __init__(self) -> None:
        self._address = _gil_address()
        self.calls: dict[int, Called] = {}
        """What each thread of a pool was called for last."""
        self._noted: dict[int, tuple[threading.Thread, int]] = {}
        self._targets: dict[int, tuple[Line, ...]] = {}
        self._process_ns, self._noted_ns = time.process_time_ns(), time.perf_counter_ns()

    def waits(self, native_id: int) -> bool:
        """Return whether a thread waits for the GIL."""
        address = waits_at(native_id)
        return None not in (address, self._address) and self._near(address or 0)

    def may_wait(self, native_id: int) -> bool:
        """Return whether a thread waits for the GIL, or has just woken up from it, or runs."""
        address = waits_at(native_id)
        return self._address is not None and (address is None or self._near(address))

    def _near(self, address: int) -> bool:
        return self._address is not None and abs(address - self._address) < NEAR

    def note(self) -> None:
        """Read the CPU clocks of all threads, for the next look."""
        self._noted = {ident: (thread, cpu_ns) for ident, thread, cpu_ns in _clocks()}
        self._targets = {ident: _target(thread) for ident, (thread, _) in self._noted.items()}
        self._process_ns, self._noted_ns = time.process_time_ns(), time.perf_counter_ns()

    def holder(self, loop_ident: int) -> Holder | None:
        """Return the other thread that had the GIL most since the last note; None if none did.

        Who had it and gave it away wants it again, as a rule; who did not computes without it. One
        that has ended since is known by the function that it ran.
        """
        since_ns = time.perf_counter_ns() - self._noted_ns
        frames = sys._current_frames()  # noqa: SLF001  there is no other way
        spent: list[tuple[int, threading.Thread]] = []
        rest_ns = time.process_time_ns() - self._process_ns
        for ident, thread, cpu_ns in _clocks():
            spent_ns = cpu_ns - (self._noted[ident][1] if ident in self._noted else 0)
            rest_ns -= spent_ns
            if ident == loop_ident and spent_ns > since_ns * MOST_SHARE:
                return None
            if ident != loop_ident and ident in frames and thread.name != DOCTOR and spent_ns > 0:
                spent.append((spent_ns, thread))
        least_ns = since_ns * LEAST_SHARE
        waiting = [other for other in spent if self.waits(other[1].native_id or 0)]
        for others in (waiting, spent):
            all_ns = sum(spent_ns for spent_ns, _ in others)
            if all_ns >= max(least_ns, rest_ns):
                _, thread = max(others, key=lambda other: other[0])
                ident = thread.ident or 0
                lines = self._lines(ident, frames[ident])
                return Holder(_name(thread), lines, all_ns, ident, self.calls.get(ident))
        ended = [ident for ident in self._noted if ident not in frames]
        if rest_ns >= least_ns and len(ended) == 1:
            ident = ended[0]
            return Holder(self._noted[ident][0].name, self._targets[ident], rest_ns, ident)
        return None

    def _lines(self, ident: int, frame: FrameType) -> tuple[Line, ...]:
        """Return where a thread is; where no line is the user's, what it was called for last."""
        lines = source_lines.stack(frame)
        if source_lines.own(lines) is None:
            call = self.calls.get(ident)
            outside = (line for line in lines if not _is_machinery(line[0]))
            return _first_line(call.code if call else None) or tuple(outside)
        return lines


def _name(thread: threading.Thread) -> str:
    """Return a thread's name, or what kind it is of if nobody gave it one."""
    kind = type(thread).__name__
    return kind if thread.name.startswith("Thread-") and kind != "Thread" else thread.name


def starts_thread(lines: tuple[Line, ...]) -> bool:
    """Return whether somebody waits for a thread to begin, which it does with the GIL."""
    return any(code is START for code, _ in lines[:START_DEPTH])


def _is_machinery(code: CodeType) -> bool:
    """Return whether code only starts what a thread does: ours, or the standard library's."""
    ends = ("/threading.py", "/concurrent/futures/thread.py")
    return source_lines.is_ours(code) or code.co_filename.endswith(ends)


def _first_line(code: CodeType | None) -> tuple[Line, ...]:
    """Return the line where a function begins, as a stack."""
    return ((code, code.co_firstlineno),) if code else ()


def _target(thread: threading.Thread) -> tuple[Line, ...]:
    """Return the first line of what a thread runs, while it has not ended; none where unknown."""
    return _first_line(getattr(getattr(thread, "_target", None), "__code__", None))


@cache
def _gil_address() -> int | None:
    """Return where a thread waits that wants the GIL while this one keeps it."""
    if sys.platform != "linux":
        return None
    over = threading.Event()
    wants = threading.Thread(target=_spin, args=(over,), name=DOCTOR, daemon=True)
    wants.start()
    try:
        for _ in range(ATTEMPTS):
            keep_gil(LEARNING_US)
            address = waits_at(wants.native_id or 0)
            if address is not None and address > NEAR:
                return address
        return None
    finally:
        over.set()
        wants.join()


def _spin(over: threading.Event) -> None:
    while not over.is_set():
        pass


def _clocks() -> list[tuple[int, threading.Thread, int]]:
    """Return the CPU so far of this process' Python threads, by their ids in Python."""
    clocks = []
    active: dict[int, threading.Thread] = threading._active  # type: ignore[attr-defined]  # noqa: SLF001  no lock
    for ident, thread in list(active.items())[:MOST_THREADS]:
        if not thread.native_id:
            continue
        try:
            clocks.append((ident, thread, time.clock_gettime_ns(_cpu_clock(thread.native_id))))
        except OSError:  # it has ended, or this system has no such clocks
            continue
    return clocks


def _cpu_clock(native_id: int) -> int:
    """Return the system's clock of a thread's CPU, as `clock_getcpuclockid` makes it (Linux)."""
    return (~native_id << 3) | 6


def frame_of(ident: int) -> FrameType | None:
    """Return the innermost frame of a thread."""
    return sys._current_frames().get(ident)  # noqa: SLF001  there is no other way
