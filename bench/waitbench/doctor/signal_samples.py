"""The main thread's stack while it lets no other thread run: a timer's signal in, looks out.

A calculation without a call in it keeps the GIL for as long as it lasts, so the watchdog comes when
it is over. Should it be late, a signal of the system's profiling timer interrupts the main thread,
and `faulthandler` writes where it stands: in C, in that thread itself, without the GIL.
"""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.loop_thread import Mark, Sample
from waitbench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType

    from waitbench.doctor.source_lines import Line

AFTER_NS, EVERY_NS = 20_000_000, 10_000_000
"""CPU of the process without a look of the watchdog before the first signal; between two of them.
The watchdog looks at least every 10 ms, and the GIL is handed over within 5 ms where it can be."""
FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
EXECS = ("execv", "execve")
"""A timer outlives them, and nobody would be there to take its signal."""


class SignalSampler:
    """Looks at the main thread that only the system can take; none where it cannot."""

    def __init__(self) -> None:
        self._file = -1

    @contextmanager
    def on(self) -> Iterator[None]:
        """Sample while the block lasts, unless the program uses the timer's signal itself."""
        if not _possible():
            yield
            return
        with tempfile.TemporaryFile() as file, replaced() as replace:
            faulthandler.register(signal.SIGPROF, file, all_threads=False, chain=False)
            self._file = file.fileno()
            for name in EXECS:
                replace(os, name, self._ending)
            try:
                yield
            finally:
                self._end()
                faulthandler.unregister(signal.SIGPROF)

    def put_off(self, *, forget: bool) -> None:
        """Restart the timer: the caller can look for itself; `forget` drops what was sampled."""
        if self._file < 0:
            return
        if forget:
            self._read()
        if signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL:  # the program wants it now
            self._end()
            return
        signal.setitimer(signal.ITIMER_PROF, AFTER_NS / 1e9, EVERY_NS / 1e9)

    def taken(self, since: Mark, now: Mark, late_ns: int, late: Sequence[Line]) -> list[Sample]:
        """Return the samples that were taken since a mark, evenly in time, and forget them.

        Args:
            since: the last mark before them, or the step's beginning.
            now: the mark after them.
            late_ns: by how much the watchdog came too late.
            late: what it met then, for the code of frames that are still there.
        """
        stacks = [lines for text in self._read() if (lines := _lines(text, late))]
        most = max(1, (now.wall_ns - since.wall_ns) // EVERY_NS)  # the rest were earlier
        stacks = stacks[-most:]
        parts = [(number / len(stacks)) for number in range(1, len(stacks) + 1)]
        return [
            Sample(lines, since.towards(now, part), late_ns, signalled=True)
            for lines, part in zip(stacks, parts, strict=True)
        ]

    def _read(self) -> list[str]:
        """Return the text of each sample, and empty the file."""
        size = os.lseek(self._file, 0, os.SEEK_CUR) if self._file >= 0 else 0
        if not size:
            return []
        text = os.pread(self._file, size, 0).decode(errors="replace")
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        return text.split("Stack (")[1:]

    def _ending(self, original: Callable[..., object]) -> Callable[..., object]:
        def replace_process(*arguments: object, **options: object) -> object:
            self._end()
            return original(*arguments, **options)

        return replace_process

    def _end(self) -> None:
        if self._file >= 0:
            self._file = -1
            signal.setitimer(signal.ITIMER_PROF, 0)


def _possible() -> bool:
    if not hasattr(faulthandler, "register") or not hasattr(signal, "setitimer"):
        return False
    unused = signal.getsignal(signal.SIGPROF) is signal.SIG_DFL
    return unused and not any(signal.getitimer(signal.ITIMER_PROF))


def _lines(text: str, late: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a stack, from its innermost frame to the loop; none without a loop."""
    codes = {(code.co_filename, code.co_name): code for code, _ in late}
    lines: list[Line] = []
    for file, line, function in FRAME.findall(text):
        if file == source_lines.STEPS and function == "run_forever":
            return tuple(lines)
        code = codes.get((file, function)) or _code(file, function)
        lines.append((code, int(line)))
    return ()


def _code(file: str, function: str) -> CodeType:
    """Return a stand-in for the code of a frame that is gone: its file and its name."""
    return _nothing.__code__.replace(co_filename=file, co_name=function, co_qualname=function)


def _nothing() -> None:
    """Do nothing: its code is made over."""
