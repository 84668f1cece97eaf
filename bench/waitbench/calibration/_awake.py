"""Cores kept from falling asleep while something is measured, where the system lets us."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LATENCY = Path("/dev/cpu_dma_latency")
_NONE_AT_ALL = struct.pack("i", 0)


@contextmanager
def awake(place: Path = LATENCY) -> Iterator[bool]:
    """Keep all cores awake for the length of a `with` block; tells whether they are.

    A core that has nothing to do falls asleep, and takes its time to wake: some 10 us of a real
    one, 50 and more of a virtual one, whose host has to start it again. Linux lets no core sleep
    from which waking takes longer than was written into this file, in microseconds, while it stays
    open (its documentation, Power Management Quality of Service). It is root's.
    """
    try:
        request = place.open("r+b", buffering=0)
    except OSError:
        yield False
        return
    with request:
        request.write(_NONE_AT_ALL)
        yield True
