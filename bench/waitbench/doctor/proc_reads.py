"""Files of /proc read through calls that keep the GIL: nothing else runs between two of them."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from functools import cache


@cache
def _libc() -> ctypes.PyDLL | None:
    """Return the C library with calls that keep the GIL; None where there is no /proc."""
    return ctypes.PyDLL(None) if sys.platform == "linux" else None


def read(path: bytes) -> bytes:
    """Return the first 255 bytes of a file; none if it cannot be read."""
    libc = _libc()
    number = libc.open(path, os.O_RDONLY) if libc else -1
    if libc is None or number < 0:
        return b""
    text = ctypes.create_string_buffer(256)
    size = libc.read(number, text, 255)
    libc.close(number)
    return text.raw[: max(size, 0)]


def keep_gil(microseconds: int) -> None:
    """Sleep without letting go of the GIL; do nothing where that cannot be."""
    libc = _libc()
    if libc:
        libc.usleep(microseconds)


class Schedule:
    """What the system counts of one thread of this process; its file stays open until `close`."""

    __slots__ = ("_file", "_libc", "_text")

    def __init__(self, native_id: int) -> None:
        self._libc, self._text = _libc(), ctypes.create_string_buffer(96)
        path = b"/proc/self/task/%d/schedstat" % native_id
        self._file: int = self._libc.open(path, os.O_RDONLY | os.O_CLOEXEC) if self._libc else -1

    def read(self) -> tuple[int, int]:
        """Return how long the thread waited for a core, and how often it got one; else zeros."""
        if self._libc is None or self._file < 0:
            return 0, 0
        size = self._libc.pread(self._file, self._text, 95, ctypes.c_long(0))
        words = self._text.raw[: max(size, 0)].split()
        try:
            return int(words[1]), int(words[2])
        except (IndexError, ValueError):  # the program closed what it did not open
            return 0, 0

    def close(self) -> None:
        """Close the file."""
        number, self._file = self._file, -1
        if number >= 0:
            with suppress(OSError):
                os.close(number)


def waits_at(native_id: int) -> int | None:
    """Return the first argument of the system call that a thread is in; None if in none."""
    words = read(b"/proc/self/task/%d/syscall" % native_id).split()
    return int(words[1], 16) if len(words) > 1 and words[1].startswith(b"0x") else None
