"""Lanes and profiles made by hand, for tests of what is derived from them."""

from __future__ import annotations

from waitbench.profiling.own_files import OURS
from waitbench.profiling.profile import Lane, Profile

MS = 1_000_000
LOOP = ("_run_once", "/usr/lib/python3.11/asyncio/base_events.py")
TASK = ("timed", f"{OURS}stopwatch.py")
AWAITED = ("timed_async", f"{OURS}stopwatch.py")
SELECT = ("select.epoll.poll", "<built-in>")
WORK = ("run", f"{OURS}workloads/http.py")
SEND = ("send", "/venv/lib/python3.11/site-packages/requests/sessions.py")
RECV = ("socket.recv_into", "<built-in>")


def stack(*frames: tuple[str, str]) -> tuple[str, ...]:
    """Return frames' names as pyinstrument writes them."""
    return tuple(f"{function}\x00{file}\x001" for function, file in frames)


def lane(
    stacks: dict[tuple[str, ...], int], cpu_ms: int | None = None, delay_ms: int | None = None
) -> Lane:
    """Return a lane of milliseconds by stack."""
    return Lane(
        name="main",
        wall_ns=sum(stacks.values()) * MS,
        cpu_ns=None if cpu_ms is None else cpu_ms * MS,
        delay_ns=None if delay_ms is None else delay_ms * MS,
        stacks={frames: ms * MS for frames, ms in stacks.items()},
    )


def profile(*lanes: Lane, tasks: int = 10, rounds: int = 2, model: str = "threads") -> Profile:
    """Return a profile of these lanes."""
    return Profile(
        suite="io_bound",
        scenario="http-20ms-n10-c4",
        model=model,
        tasks=tasks,
        rounds=rounds,
        walls_ns=(100 * MS,) * rounds,
        overhead=1.2,
        overhead_interval=(1.1, 1.3),
        lanes=lanes,
    )
