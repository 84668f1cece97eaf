"""A process of ours: lines in and out with a deadline, how it ended, and nothing left behind."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Self
from weakref import WeakSet

from waitbench.results.foreign_text import plain
from waitbench.services import processes
from waitbench.system.interrupt import hurried
from waitbench.system.procfs import is_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.system.interrupt import Interrupt

LOOK_EVERY_S = 0.1
"""Between two looks at whether somebody is in a hurry, while a process is waited for."""
LOOK_AROUND_EVERY_S = 1.0
"""Where a line is waited for that long, something may stand still: never within a round."""
STILL_S = 3.0
"""Of a process that is stopped for longer, nobody will continue it in time."""
ENDS_WITHIN_S = 3.0
"""So long after its output a process may end and still say how: first its pipes are closed."""


_RUNNING: WeakSet[ManagedProcess] = WeakSet()


class ManagedProcess:
    """A running process, leader of a session of its own: Ctrl-C in the terminal reaches us first.

    Args:
        command: what is run.
        environ: its environment; None for ours without the switches for debugging.
        hears: whether its stdin is a pipe that we write to; if not, it has none.
        speaks: whether its stdout is a pipe that we read; if not, it goes where its stderr goes.
        pass_fds: descriptors that it inherits.

    Attributes:
        born_ns: right before its start, on `perf_counter_ns`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str] | None = None,
        hears: bool = False,
        speaks: bool = True,
        pass_fds: Sequence[int] = (),
    ) -> None:
        # A file rather than a pipe: one that complains at length never blocks on us.
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        self._unread = b""
        self._silent = self._ended = False
        self._still_since_s: float | None = None
        self._stood_still = False
        self.born_ns = time.perf_counter_ns()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if hears else subprocess.DEVNULL,
            stdout=subprocess.PIPE if speaks else self._complaints,
            stderr=self._complaints,
            env=processes.environment() if environ is None else environ,
            start_new_session=True,
            pass_fds=pass_fds,
            bufsize=0,
        )
        _RUNNING.add(self)

    @classmethod
    def of_module(cls, module: str, *arguments: str, hears: bool = False) -> Self:
        """Start a module of this checkout, whatever the user's folder calls its own files."""
        command = [sys.executable, "-P", "-m", module, *arguments]
        return cls(command, environ=processes.environment_of_ours(), hears=hears)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """Process id, and id of its session and process group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.status is None

    @property
    def status(self) -> int | None:
        """Its exit status, below zero the signal that killed it; None while it runs."""
        return self._process.poll()

    def write_line(self, line: bytes) -> None:
        """Send a line. A process that is gone shows when the next line of its own is read."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(line + b"\n")

    def read_line(self, within_s: float, interrupt: Interrupt | None = None) -> bytes:
        """Return the next line that it writes, without its end.

        Raises:
            TimeoutError: it wrote none in time.
            EOFError: it has closed its output; most likely it has ended.
            InterruptedError: a stop was requested meanwhile.
        """
        assert self._process.stdout is not None
        output, until_s = self._process.stdout.fileno(), time.monotonic() + within_s
        waiting = select.poll()
        waiting.register(output, select.POLLIN)
        if interrupt:
            waiting.register(interrupt.fileno(), select.POLLIN)
        while b"\n" not in self._unread:
            left_s = max(0.0, until_s - time.monotonic())
            ready = dict(waiting.poll(min(left_s, LOOK_AROUND_EVERY_S) * 1e3))
            if interrupt and interrupt.requested:
                raise InterruptedError
            if not ready and left_s > LOOK_AROUND_EVERY_S:
                _end_those_that_stand_still()
                continue
            if not ready:
                self._silent = True
                raise TimeoutError
            if output in ready:
                piece = os.read(output, 1 << 20)
                if not piece:
                    raise EOFError
                self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def complaints(self) -> list[str]:
        """Return the lines that it wrote to stderr, without empty ones."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").split("\n")
        return [line.strip() for line in lines if line.strip()]

    def how_it_ended(self) -> str:
        """Return how it ended, and what it complained of last: `was killed by SIGKILL: …`."""
        if not self._silent:
            self.wait(ENDS_WITHIN_S)
        status = self.status
        if self._stood_still:
            how = f"had been stopped by a signal for {STILL_S:g} s, and was ended"
        elif status is None:
            how = "said nothing in time" if self._silent else "closed its output"
        elif status < 0:
            how = f"was killed by {processes.signal_name(-status)}"
        else:
            how = f"exited with status {status}"
        return plain(": ".join([how, *self.complaints()[-1:]]))

    def wait(self, within_s: float) -> None:
        """Wait for its end, but no longer than this, nor after a second signal to stop."""
        until_s = time.monotonic() + within_s
        left_s = within_s
        while self.alive and left_s > 0 and not hurried():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(min(left_s, LOOK_EVERY_S))
            left_s = until_s - time.monotonic()

    def terminate(self) -> None:
        """Ask it to stop in order, without waiting for it."""
        self._process.terminate()

    def close_input(self) -> None:
        """Close its stdin, which is how some are asked to stop."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def end_if_still(self) -> None:
        """End it where somebody has stopped it (SIGSTOP), so that nobody waits for it any more."""
        now_s = time.monotonic()
        if self._ended or not self.alive or not is_stopped(self.pid):
            self._still_since_s = None
        elif self._still_since_s is None:
            self._still_since_s = now_s
        elif now_s - self._still_since_s >= STILL_S:
            self._stood_still = True
            self._process.kill()

    def end(self, within_s: float = 0.0) -> None:
        """Wait a little for it to end in order, then end all that is left of its group.

        Also after an orderly end: what it started and what hangs must not stay behind. Safe to
        call twice.
        """
        if self._ended:
            return
        self.wait(within_s)
        processes.end(self._process)
        self._ended = True
        self.close_input()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._complaints.close()


def _end_those_that_stand_still() -> None:
    """End each process of ours that is stopped: whoever is waited for may wait for another."""
    for process in tuple(_RUNNING):
        process.end_if_still()
