"""Workers that have nothing to do, waited for until they really do nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from waitbench.system.cpu import tree_of_ns

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK_S, LOOKS, AT_REST = 0.002, 50, 0.25
"""Workers are looked at so often, until all together take less of a core than this."""


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
