"""How many tasks at once travel to a process of a pool."""

from __future__ import annotations

from math import ceil

PER_PROCESS = 4
"""Tasks travel in chunks, so that small ones do not drown in pickling; at least about so many."""


def even_chunk(tasks: int, width: int) -> int:
    """Return the largest chunk that costs no turn: 63 for 2,000 tasks in 32 processes, not 75."""
    largest = max(1, ceil(tasks / (width * PER_PROCESS)))
    # min() takes the first of equals, and a chunk of 1 always needs the fewest turns.
    return min(range(largest, 0, -1), key=lambda size: ceil(ceil(tasks / size) / width) * size)
