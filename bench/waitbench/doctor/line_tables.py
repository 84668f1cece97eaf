"""The line of a coroutine's origin made cheap on Python 3.11: some of what runs is traced a moment.

For each coroutine Python looks up the line that makes it, and reads the function's table of lines
from its start: 10 µs where that is deep in a long function, as it is in HTTP clients. 3.11 unpacks
the table for good once it traces a line of the function: a look-up takes 0.1 µs from then on. So a
few events of a loop's thread are traced with each probe of its lag. 3.12 unpacks it no more.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

MOST, FEWEST = 2048, 64
"""Calls and lines traced at a time: about 0.5 ms while there is new code, then 0.1 % of the time.

Lines of known code count, too: a loop without calls would be slow for as long as it runs."""
KEPT = sys.version_info < (3, 12)


class LineTables:
    """Has the tables of lines unpacked that one loop's thread needs."""

    __slots__ = ("_events", "_known", "_known_before", "_most")

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._most = MOST
        self._events, self._known_before = 0, -1

    def unpack(self) -> None:
        """Trace the calling thread for some events, unless somebody else does, or it is no use."""
        if not KEPT or sys.gettrace() is not None:
            return
        learned = len(self._known) > self._known_before
        self._most = MOST if learned else max(self._most // 2, FEWEST)
        self._events, self._known_before = 0, len(self._known)
        sys.settrace(self._traced)

    def stop(self) -> None:
        """Trace the calling thread no more."""
        if sys.gettrace() == self._traced:
            sys.settrace(None)

    def _traced(self, frame: FrameType, event: str, argument: Any) -> Any:
        del argument
        self._events += 1
        if event == "call":
            self._known.add(id(frame.f_code))
        if self._events < self._most:
            return self._traced
        self.stop()
        frame.f_trace = None
        return None
