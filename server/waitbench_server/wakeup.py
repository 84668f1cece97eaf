"""Sources of wake-ups: something that calls back at an absolute moment, as finely as it can."""

from __future__ import annotations

import select
from time import monotonic_ns
from typing import TYPE_CHECKING, Final, Protocol

from waitbench_server.timerfd import Timerfd

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

NEVER: Final = 1 << 62
_MS: Final = 1_000_000
_US: Final = 1_000


class WakeUp(Protocol):
    """Something that calls back at or after a moment."""

    @property
    def resolution_ns(self) -> int:
        """How finely it can be set."""

    @property
    def most_ahead_ns(self) -> int:
        """How far ahead of a deadline it may at most be set, to make up for waking late."""

    def start(self, fire: Callable[[], None]) -> None:
        """Learn what to call."""

    def arm(self, at_ns: int) -> None:
        """Call at this moment instead of any other; `NEVER` for not at all."""

    def close(self) -> None:
        """Call no more, and give everything back."""


class TimerfdWakeUp:
    """Nanoseconds, on any loop that can watch a file: the reason the target is precise."""

    resolution_ns = 1
    most_ahead_ns = 100 * _US

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._file = Timerfd()

    def start(self, fire: Callable[[], None]) -> None:
        """Watch the file."""
        self._loop.add_reader(self._file.fd, fire)

    def arm(self, at_ns: int) -> None:
        """Set the file's moment; this also takes back a readiness nobody has served yet."""
        self._file.arm(0 if at_ns == NEVER else at_ns)

    def close(self) -> None:
        """Stop watching and close the file."""
        self._loop.remove_reader(self._file.fd)
        self._file.close()


class LoopWakeUp:
    """The loop's own timer: whole milliseconds where the loop sleeps in epoll or is uvloop."""

    most_ahead_ns = 0

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._fire: Callable[[], None] = lambda: None
        self._handle: asyncio.TimerHandle | None = None
        coarse = hasattr(select, "epoll") or type(loop).__module__.startswith("uvloop")
        self.resolution_ns = _MS if coarse else _US

    def start(self, fire: Callable[[], None]) -> None:
        """Remember what to call."""
        self._fire = fire

    def arm(self, at_ns: int) -> None:
        """Move the loop's timer; one that rings early is set again by `Deadlines`."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if at_ns != NEVER:
            wait_ns = max(at_ns - monotonic_ns(), 0)
            self._handle = self._loop.call_later(wait_ns / 1e9, self._fire)

    def close(self) -> None:
        """Cancel the loop's timer."""
        self.arm(NEVER)
