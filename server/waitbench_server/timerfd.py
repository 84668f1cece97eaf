"""Linux's timerfd, through `os` or ctypes: a file that turns readable at a given moment."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from typing import Final

_CLOCK_MONOTONIC: Final = 1
_ABSOLUTE: Final = 1
_NONBLOCK_CLOEXEC: Final = 0o2004000
_S: Final = 1_000_000_000


class _Moment(ctypes.Structure):
    _fields_ = (
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("value_s", ctypes.c_long),
        ("value_ns", ctypes.c_long),
    )


class CtypesTimerfd:
    """One timer on the monotonic clock, for Pythons without `os.timerfd_create`."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._settime = libc.timerfd_settime  # AttributeError where there is no timerfd
        self._moment = _Moment()
        self._pointer = ctypes.byref(self._moment)
        self._settime.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
        self.fd: Final[int] = libc.timerfd_create(_CLOCK_MONOTONIC, _NONBLOCK_CLOEXEC)
        if self.fd < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def arm(self, at_ns: int) -> None:
        """Make the file readable at this moment (0: never), and unreadable until then."""
        self._moment.value_s, self._moment.value_ns = divmod(at_ns, _S)
        self._settime(self.fd, _ABSOLUTE, self._pointer, None)

    def close(self) -> None:
        """Close the file."""
        os.close(self.fd)


if sys.platform == "linux" and sys.version_info >= (3, 13):

    class OsTimerfd:
        """One timer on the monotonic clock."""

        def __init__(self) -> None:
            flags = os.TFD_NONBLOCK | os.TFD_CLOEXEC
            self.fd: Final[int] = os.timerfd_create(_CLOCK_MONOTONIC, flags=flags)

        def arm(self, at_ns: int) -> None:
            """Make the file readable at this moment (0: never), and unreadable until then."""
            os.timerfd_settime_ns(self.fd, flags=os.TFD_TIMER_ABSTIME, initial=at_ns)

        def close(self) -> None:
            """Close the file."""
            os.close(self.fd)

    Timerfd = OsTimerfd
else:
    Timerfd = CtypesTimerfd


def available() -> bool:
    """Check whether this system has timerfd.

    Raises:
        OSError: it may have, but has nothing left for one.
    """
    if platform.system() != "Linux":
        return False
    try:
        Timerfd().close()
    except AttributeError:
        return False
    except OSError as refused:
        if refused.errno in {errno.EMFILE, errno.ENFILE, errno.ENOMEM}:
            raise
        return False
    return True
