"""How many frames Python keeps of where a coroutine was made: many while a loop has time for them.

A library may make a coroutine several frames below the user's line. Each frame costs every
coroutine some time, so a loop that takes many steps keeps few of them, but for a moment now and
then, and a step that lasts is relieved of them from outside.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEP, ASIDE, SHALLOW = 8, 4, 2
"""Frames kept: with time for them; in threads that nobody can relieve; in a busy loop. To the CPU
that a client spends on an HTTP request 1 frame adds 7 %, 2 add 15 %, 6 add 30 %, but for what
`line_tables` saves. With 2, a forgotten `session.get(url)` is still told by its own line."""
BUSY_STEPS_PER_S = 1_500
"""From so many steps on a loop is busy."""
TURNS = 24
"""Of so many turns a busy loop has one with many frames: what is forgotten often is met there."""


class Origins:
    """The frames that one thread keeps."""

    __slots__ = ("_asked_ns", "_depth", "_number", "_turn")

    def __init__(self) -> None:
        self._depth = 0
        self._number = self._turn = self._asked_ns = 0

    def adapt(self, number: int, now_ns: int) -> None:
        """Set the calling thread's depth by how many steps its loop took since the last call."""
        depth = sys.get_coroutine_origin_tracking_depth()
        if self._asked_ns and depth not in {self._depth, SHALLOW}:  # a choice, as in debug mode
            return
        steps, since_ns = number - self._number, now_ns - self._asked_ns
        busy = self._asked_ns and steps * 1_000_000_000 > BUSY_STEPS_PER_S * since_ns
        self._number, self._asked_ns, self._turn = number, now_ns, self._turn + 1
        self._depth = SHALLOW if busy and self._turn % TURNS else max(depth, _most())
        if self._depth != depth:
            sys.set_coroutine_origin_tracking_depth(self._depth)


@contextmanager
def kept_deep() -> Iterator[None]:
    """Keep many frames in the calling thread while the block lasts."""
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(max(depth, _most()))
    try:
        yield
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)


def _most() -> int:
    return DEEP if threading.current_thread() is threading.main_thread() else ASIDE


def relieve() -> None:
    """Have the main thread keep few frames from now on, in the middle of what it does."""
    ctypes.pythonapi.Py_AddPendingCall(_RELIEF, None)


def _relieved(_: object) -> int:
    if sys.get_coroutine_origin_tracking_depth() == DEEP:
        sys.set_coroutine_origin_tracking_depth(SHALLOW)
    return 0


_RELIEF = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(_relieved)
"""Held for as long as Python may call it."""
