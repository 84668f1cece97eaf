"""What else runs on the machine: CPU of others during a round, and workers not yet at rest."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from waitbench.system.cpu import tree_of_ns
from waitbench.system.procfs import read_proc

if TYPE_CHECKING:
    from collections.abc import Sequence

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
OTHERS_SHARE = 0.2
"""Of one core: what others may take of a round before it counts as disturbed."""
GRAIN_TICKS = 3
"""The kernel counts in ticks, for each core apart: so much may be its rounding."""
_IDLE = slice(3, 5)
_GUEST = 8
"""Columns of /proc/stat: idle and iowait are no work, guests are in the first columns already."""

LOOK_S, LOOKS, AT_REST = 0.002, 50, 0.25
"""Workers are looked at so often, until all together take less of a core than this."""


class Interference:
    """CPU of others during one round; None where the system does not tell it (all but Linux)."""

    def __init__(self) -> None:
        self._busy_ns = busy_ns()
        self._own_ns = time.process_time_ns()

    def stop(self, ours_ns: int) -> int | None:
        """CPU nanoseconds that others took since the start, stolen time included.

        Args:
            ours_ns: CPU of the contestant with its children, and of the target.
        """
        now_ns = busy_ns()
        if now_ns is None or self._busy_ns is None:
            return None
        own_ns = time.process_time_ns() - self._own_ns
        return max(0, now_ns - self._busy_ns - own_ns - ours_ns)


def disturbed(others_ns: int | None, wall_ns: int) -> bool:
    """Whether others took so much that the round's time is not the contestant's own."""
    grain_ns = GRAIN_TICKS * TICK_NS
    return others_ns is not None and others_ns > grain_ns + OTHERS_SHARE * wall_ns


def busy_ns(path: str = "/proc/stat") -> int | None:
    """CPU nanoseconds that all cores have worked since the machine came up; None if unknown."""
    if sys.platform != "linux":
        return None
    try:
        ticks = [int(word) for word in read_proc(path).partition(b"\n")[0].split()[1:]]
    except OSError:
        return None
    return (sum(ticks[:_GUEST]) - sum(ticks[_IDLE])) * TICK_NS


def wait_for_rest(pids: Sequence[int]) -> None:
    """Wait until none of these processes computes any more, or `LOOKS` times have passed.

    Threads of NumPy's libraries look for more work, busily, for some 30 ms after a round.
    """
    before_ns = sum(map(tree_of_ns, pids))
    for _ in range(LOOKS):
        time.sleep(LOOK_S)
        now_ns = sum(map(tree_of_ns, pids))
        if now_ns - before_ns < AT_REST * LOOK_S * 1e9:
            return
        before_ns = now_ns
