"""Ctrl-C and SIGTERM while a race is on: noted, so that the race stops and keeps what it has."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Within its block the first signal asks for a stop; a second one has its usual effect.

    Args:
        signals: that ask for a stop. None can be caught outside the main thread.

    Attributes:
        requested: whether a stop was asked for.
    """

    def __init__(self, signals: Sequence[signal.Signals] = STOP_SIGNALS) -> None:
        self.requested = False
        self._signals = signals
        self._open = ExitStack()

    @classmethod
    def of_this_thread(cls) -> Self:
        """Return one that notes signals, where that is possible: in the main thread."""
        main = threading.current_thread() is threading.main_thread()
        return cls() if main else cls.never()

    @classmethod
    def never(cls) -> Self:
        """Return one that never asks for a stop."""
        return cls(signals=())

    def __enter__(self) -> Self:
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            self._open.callback(end.close)
        if self._signals:
            # The byte that Python's own C handler writes here wakes a select() at once.
            before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
            self._open.callback(signal.set_wakeup_fd, before)
        for number in self._signals:
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
