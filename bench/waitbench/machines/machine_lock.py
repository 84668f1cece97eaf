"""One launch or load at a time on each machine, whoever asks: a lock in its temporary folder."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOKS_EVERY_S = 0.1
LOCK = "waitbench-machine.lock"


@contextmanager
def held(wanted: Callable[[], bool], *, alone: bool) -> Iterator[bool]:
    """Hold the machine against other launches; False where nobody waits for it any more."""
    if not alone:
        yield True
        return
    path = Path(tempfile.gettempdir()) / LOCK
    try:
        file = os.open(path, os.O_RDONLY)  # of whichever user was first here
    except FileNotFoundError:
        file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not wanted():
                    yield False
                    return
                time.sleep(LOOKS_EVERY_S)
            else:
                yield True
                return
    finally:
        os.close(file)
