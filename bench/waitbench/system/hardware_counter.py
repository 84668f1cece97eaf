"""The processor's own count of the instructions of this thread, where the kernel gives it."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress
from typing import Self

HARDWARE, INSTRUCTIONS = 0, 1
"""Type and number of the event *instructions retired*, of `perf_event_open(2)`."""
_CALLS = {"x86_64": 298, "aarch64": 241}
_SIZE = 128
_FLAGS = 40
"""Size of the structure that the call takes, and where its flags stand."""
_PINNED, _NO_KERNEL, _NO_HYPERVISOR = 1 << 2, 1 << 5, 1 << 6


class HardwareCounter:
    """Counts what this thread does in user mode, from its opening on.

    Args:
        kind: type of the event; the tests count page faults, which each kernel can.
        event: its number.

    Raises:
        OSError: the kernel gives none, as most virtual machines' does.
    """

    def __init__(self, kind: int = HARDWARE, event: int = INSTRUCTIONS) -> None:
        number = _CALLS.get(platform.machine())
        if sys.platform != "linux" or number is None:
            raise OSError("no perf_event_open here")
        wanted = bytearray(_SIZE)
        struct.pack_into("<IIQ", wanted, 0, kind, _SIZE, event)
        struct.pack_into("<Q", wanted, _FLAGS, _PINNED | _NO_KERNEL | _NO_HYPERVISOR)
        given = (ctypes.c_char * _SIZE).from_buffer(wanted)
        self._file = ctypes.CDLL(None, use_errno=True).syscall(number, given, 0, -1, -1, 0)
        if self._file < 0:
            reason = ctypes.get_errno()
            raise OSError(reason, os.strerror(reason))
        self._before = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.close(self._file)

    def start(self) -> None:
        """Begin to count."""
        self._before = self._read()

    def stop(self) -> int:
        """Return the count since `start`."""
        return self._read() - self._before

    def _read(self) -> int:
        (count,) = struct.unpack("<Q", os.read(self._file, 8))
        return int(count)


def counts_here() -> bool:
    """Check whether the kernel gives the count of instructions to this process."""
    with suppress(OSError), HardwareCounter():
        return True
    return False
