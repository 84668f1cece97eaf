"""Signals that ask for an end: noted where something is to be kept, Ctrl-C everywhere else.

Ctrl-C, SIGTERM, a hang-up and SIGQUIT all mean the same. The first one stops what goes on; those
that follow it within moments only shorten the waiting, so that what was measured is kept and what
was made is taken away.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

STOP_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
    if hasattr(signal, name)
)
PATIENCE_S = 10.0
"""A signal so soon after another one is a word more of the same: stopping has begun by then."""


@dataclass(slots=True)
class _Heard:
    """Signals that asked for one and the same end."""

    count: int = 0
    last_s: float = float("-inf")

    def note(self) -> bool:
        """Count a signal, and return whether it is the first of its end."""
        now_s = time.monotonic()
        self.count = self.count + 1 if now_s - self.last_s < PATIENCE_S else 1
        self.last_s = now_s
        return self.count == 1


_heard = _Heard()


def hurried() -> bool:
    """Whether a second signal has come: waiting for an orderly end is over."""
    return _heard.count > 1 and time.monotonic() - _heard.last_s < PATIENCE_S


@contextmanager
def ends_command() -> Iterator[None]:
    """Within this block the first signal is a KeyboardInterrupt, and those right after it nothing.

    A second one would else break off what takes checkouts, folders and processes away.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        if _heard.note():
            raise KeyboardInterrupt

    with ExitStack() as stack:
        for number in _ours(STOP_SIGNALS):
            stack.callback(signal.signal, number, signal.getsignal(number))
            signal.signal(number, end)
        yield


def turn_deaf() -> None:
    """Ignore further signals to stop in this process, which is at its end."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _ours(signals: Sequence[signal.Signals]) -> list[signal.Signals]:
    """Leave a hang-up that is ignored, as by nohup, as it is."""
    ignored = getattr(signal, "SIGHUP", None)
    return [
        number
        for number in signals
        if number != ignored or signal.getsignal(number) is not signal.SIG_IGN
    ]


class Interrupt:
    """Within its block a signal asks for a stop; those that come after it shorten the waiting.

    A block within another one begins with a stop that was requested there, and passes its own on.

    Args:
        signals: that ask for a stop. None can be caught outside the main thread.

    Attributes:
        requested: whether a stop was asked for.
    """

    _around: ClassVar[list[Interrupt]] = []
    """Those whose blocks are open, the innermost last."""

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
            self._enter_another()
            # The byte that Python's own C handler writes here wakes a select() at once.
            before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
            self._open.callback(signal.set_wakeup_fd, before)
        for number in _ours(self._signals):
            self._open.callback(signal.signal, number, signal.getsignal(number))
            signal.signal(number, self._note)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def fileno(self) -> int:
        """Return a descriptor that is readable once a signal has come."""
        return self._woken.fileno()

    def _enter_another(self) -> None:
        if self._around and self._around[-1].requested:
            self.requested = True
            self._wake.send(b"\0")
        self._around.append(self)
        self._open.callback(self._leave)

    def _leave(self) -> None:
        self._around.pop()
        if self.requested and self._around:
            self._around[-1].requested = True

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.requested = True
        _heard.note()
