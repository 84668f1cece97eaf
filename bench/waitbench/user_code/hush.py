"""What somebody's code prints is kept away from the terminal."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_hush = threading.Lock()
_hushed: list[tuple[IO[bytes], int, int]] = []
"""One for everybody inside: where it goes, and what it went to before; the last one out ends it."""
_inside = 0


@contextmanager
def hushed() -> Iterator[IO[bytes]]:
    """Send what this process prints to a file that nobody reads, from the first to the last."""
    global _inside  # noqa: PLW0603 - there is one standard output for the whole process
    with _hush:
        _inside += 1
        if _inside == 1:
            flush()
            sink: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the last one out
            _hushed.append((sink, os.dup(1), os.dup(2)))
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
    try:
        yield _hushed[0][0]
    finally:
        with _hush:
            _inside -= 1
            if not _inside:
                flush()
                sink, out, err = _hushed.pop()
                os.dup2(out, 1)
                os.dup2(err, 2)
                for open_ in (out, err):
                    os.close(open_)
                sink.close()


def flush() -> None:
    """Write what is still in this process's buffers."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
