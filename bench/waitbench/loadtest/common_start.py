"""A moment of the clock that the generators of a step agreed on, waited for to the microsecond."""

from __future__ import annotations

import asyncio
import time
from time import perf_counter_ns

AWAKE_NS = 3_000_000
"""So long before it the loop's own timer, which may be a millisecond late, is left."""


async def begin(at_ns: int) -> tuple[int, int]:
    """Return when a step begins, on `perf_counter_ns`, and how late we were for it.

    Requests are due from that moment on, whoever comes late: they are then sent late, and say so.

    Args:
        at_ns: the moment, on `time_ns` of this machine; 0 for now.
    """
    if not at_ns:
        return perf_counter_ns(), 0
    start_ns = perf_counter_ns() + at_ns - time.time_ns()
    await asyncio.sleep(max(0, start_ns - AWAKE_NS - perf_counter_ns()) / 1e9)
    while perf_counter_ns() < start_ns:
        pass
    return start_ns, perf_counter_ns() - start_ns
