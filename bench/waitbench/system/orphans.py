"""Processes that outlive their parent: adopted, so that what they took is counted, and reaped.

A pool of Python's fork server is one: the server is told to end when its program has ended, and
nobody waits for it, so that neither it nor its workers are among the children of whoever started
the program. It is the usual way of a pool from Python 3.14 on.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SET_CHILD_SUBREAPER = 36


@contextmanager
def adopted() -> Iterator[None]:
    """Be the parent of orphans among our descendants within the block, where that can be had."""
    _adopt(wanted=True)
    try:
        yield
    finally:
        _adopt(wanted=False)


def reap() -> None:
    """Take away those of our children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _adopt(*, wanted: bool) -> None:
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0)
