"""Ctrl-C and SIGTERM while a race is on: noted, so that the race stops and keeps what it has."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import FrameType


class Interrupt(Protocol):
    """What tells, within its block, whether to stop, and wakes who waits for something else."""

    @property
    def requested(self) -> bool:
        """Whether a stop was asked for."""
        ...

    def fileno(self) -> int:
        """Return a descriptor that is readable once a stop is asked for."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


class SignalInterrupt:
    """Within its block the first signal asks for a stop; a second one has its usual effect.

    Attributes:
        requested: whether a stop was asked for.
    """

    def __init__(self) -> None:
        self.requested = False
        self._open = ExitStack()

    def __enter__(self) -> Self:
        # The byte that Python's own C handler writes here wakes a select() at once.
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            self._open.callback(end.close)
        before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._open.callback(signal.set_wakeup_fd, before)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._open.callback(signal.signal, number, signal.getsignal(number))
            signal.signal(number, self._note)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def fileno(self) -> int:
        """Return a descriptor that is readable once a signal has come."""
        return self._woken.fileno()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        del number, frame


def heard() -> Interrupt:
    """Return what notes signals, where that is possible: in the main thread."""
    main = threading.current_thread() is threading.main_thread()
    return SignalInterrupt() if main else NoInterrupt()


class NoInterrupt:
    """For where signals cannot be caught, outside the main thread: never asks for a stop."""

    requested = False

    def __enter__(self) -> Self:
        self._wake, self._silent = socket.socketpair()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._wake.close()
        self._silent.close()

    def fileno(self) -> int:
        """Return a descriptor that is never readable."""
        return self._silent.fileno()
