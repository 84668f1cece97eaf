"""Peak memory of a process with its children, watched from another process."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from waitbench.system.procfs import descendants, read_proc

if TYPE_CHECKING:
    from collections.abc import Callable

MemoryKind = Literal["pss", "uss", "rss"]


class PeakMemory:
    """Memory of another process with its children, sampled by a thread of this one.

    Meant for the conductor while a worker warms up: reading a process's memory map holds that
    process up, so never while a round is timed. Between readings it rests three times as long as
    one took, so watching 64 children takes no more than a quarter of a core.

    Attributes:
        bytes: the highest sum seen over the tree; None if the process was gone or not readable.
        kind: `pss` shares pages fairly, `uss` leaves shared pages out, `rss` counts them again
            in every process.
        samples: how often it looked.
    """

    def __init__(self, pid: int, *, period_s: float = 0.01) -> None:
        self.bytes: int | None = None
        self.kind: MemoryKind | None = None
        self.samples = 0
        self._pid = pid
        self._period_s = period_s
        self._kinds = list(_MEMORY)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> Self:
        self._sample()
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()
        self._sample()

    def _watch(self) -> None:
        pause_s = self._period_s
        while not self._over.wait(pause_s):
            began_ns = time.thread_time_ns()
            self._sample()
            pause_s = max(self._period_s, 3e-9 * (time.thread_time_ns() - began_ns))

    def _sample(self) -> None:
        while self._kinds:
            try:
                total = sum(map(_MEMORY[self._kinds[0]], (self._pid, *descendants(self._pid))))
            except PermissionError:
                self._kinds.pop(0)  # sums of two kinds are not comparable: begin again
                self.bytes = self.kind = None
                continue
            if total:
                self.bytes = max(self.bytes or 0, total)
                self.kind = self._kinds[0]
                self.samples += 1
            return


def high_water_bytes(pid: int) -> int:
    """Return the most memory that a process alone has had resident; 0 where that is unknown."""
    try:
        status = read_proc(f"/proc/{pid}/status")
    except OSError:
        return 0
    kilobytes = status.partition(b"\nVmHWM:")[2].split(None, 1)[:1]
    return int(kilobytes[0]) * 1024 if kilobytes else 0


def _pss_bytes(pid: int) -> int:
    if sys.platform != "linux":
        raise PermissionError
    try:
        rollup = read_proc(f"/proc/{pid}/smaps_rollup")
    except FileNotFoundError:
        if Path(f"/proc/{pid}").exists():
            raise PermissionError from None  # a kernel before 4.14
        return 0
    except ProcessLookupError:  # it ended after the file was opened
        return 0
    kilobytes = rollup.partition(b"\nPss:")[2].split(None, 1)[:1]
    return int(kilobytes[0]) * 1024 if kilobytes else 0


def _uss_bytes(pid: int) -> int:
    return _psutil_bytes(pid, "memory_full_info", "uss")


def _rss_bytes(pid: int) -> int:
    return _psutil_bytes(pid, "memory_info", "rss")


def _psutil_bytes(pid: int, question: str, figure: str) -> int:
    import psutil  # costs a worker 15 ms, and only this branch needs it

    try:
        return int(getattr(getattr(psutil.Process(pid), question)(), figure))
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        raise PermissionError from None


_MEMORY: dict[MemoryKind, Callable[[int], int]] = {
    "pss": _pss_bytes,
    "uss": _uss_bytes,
    "rss": _rss_bytes,
}
