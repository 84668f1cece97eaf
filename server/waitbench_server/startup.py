"""Why a start fails: which step it was, and what the system said of it, in one line."""

from __future__ import annotations

import errno
import os
import resource
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


_FILES: Final = 32  # the loop, its signals, the timer, and a few connections


class StartError(Exception):
    """The server can not start; the message is one line."""


@contextmanager
def step(failure: str) -> Iterator[None]:
    """Name what could not be done where the system refuses something in this block.

    Args:
        failure: the beginning of the line, such as `port 80 can not be bound`.

    Raises:
        StartError: the system refused something.
    """
    try:
        yield
    except OSError as refused:
        raise StartError(f"{failure}: {_reason(refused)}") from refused
    except UnicodeError:  # of a name that no name of a host can be written as
        raise StartError(f"{failure}: it is no name of a host") from None


def keep_standard_files() -> None:
    """Open those of the first three that are closed on nothing, lest a socket takes their place.

    Python has no stream for a file that was closed, so that it gets one, too.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free
    for number, name in enumerate(("stdout", "stderr"), start=1):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", closefd=False))


def check_files() -> None:
    """Look whether there is room for what a worker opens: a loop out of files may abort.

    Raises:
        StartError: there is not.
    """
    with step("the server can not start"), ExitStack() as opened:
        for _ in range(_FILES):
            opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))


def _reason(refused: OSError) -> str:
    if refused.errno == errno.EMFILE:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return f"all {most} files that this process may open are open; try: ulimit -n 1024"
    if refused.errno and refused.errno > 0:  # in the system's own words, without the library's
        return os.strerror(refused.errno)
    return refused.strerror or str(refused)
