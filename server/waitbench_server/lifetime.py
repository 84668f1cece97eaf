"""When to stop: a signal asks for it, or the parent that started this process is gone."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_FILES: Final = 65_536
_OTHER_FILES: Final = 64  # what is no connection: listeners, loop, timer, and what is yet unknown
PARENT_SIGNAL: Final = signal.SIGUSR1
"""What the kernel sends when the parent ends."""


class Parent:
    """The process that started this one."""

    def __init__(self, pid: int | None = None) -> None:
        """Remember the parent; a forked child gives its `pid`, lest it be gone already."""
        self._pid = os.getppid() if pid is None else pid

    def watch(self) -> None:
        """Ask the kernel for a signal at the parent's end, where it can send one.

        Linux sends it when the *thread* ends that started this process, so that the receiver has
        to look whether the parent is really `gone`.
        """
        if sys.platform == "linux":
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, PARENT_SIGNAL.value)

    @property
    def gone(self) -> bool:
        """Whether somebody else has inherited this process."""
        return os.getppid() != self._pid


def raise_file_limit() -> None:
    """Allow this process as many open files as it may have: each connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """Return how many connections this process can hold and still open what else it needs."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _FILES if soft == resource.RLIM_INFINITY else soft
    return files - min(_OTHER_FILES, files // 2)
