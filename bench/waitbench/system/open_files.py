"""The limit on open files: every connection is one, and so is every pipe to a child."""

from __future__ import annotations

import contextlib
import resource

MOST = 10_240
"""So many are enough for every scenario; macOS grants no more, even where it says infinity."""
SPARE = 64
"""Files that a process holds besides its connections: pipes, modules, an event loop's own."""


def raise_limit() -> int:
    """Allow this process as many open files as it may have, up to `MOST`; never fewer than now.

    Returns:
        how many it may have open now; where the system refuses, as many as before.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if now == resource.RLIM_INFINITY else now


def bearable(connections: int) -> int:
    """Return how many connections a worker may have at once: as many as asked for, if possible."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    return max(1, min(connections, most - SPARE))
