"""Files of /proc read through calls that keep the GIL: nothing else runs between two of them."""

from __future__ import annotations

import ctypes
import os
import sys
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


def scheduled(native_id: int) -> tuple[int, int]:
    """Return how long a thread of this process waited for a core, and how often it got one."""
    words = read(b"/proc/self/task/%d/schedstat" % native_id).split()
    return (int(words[1]), int(words[2])) if len(words) > 2 else (0, 0)  # noqa: PLR2004


def waits_at(native_id: int) -> int | None:
    """Return the first argument of the system call that a thread is in; None if in none."""
    words = read(b"/proc/self/task/%d/syscall" % native_id).split()
    return int(words[1], 16) if len(words) > 1 and words[1].startswith(b"0x") else None
