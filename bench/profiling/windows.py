"""What of a lane fell into the rounds: samples are cut to them, and its CPU is taken from there."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from bench.race.meter import descendants, read_proc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.profiling.lanes import Raw

Window = tuple[float, float]
"""Start and end of a round in seconds of the monotonic clock."""
Costs = dict[tuple[int, int], tuple[int, int]]
"""By process and thread: CPU so far, and time stood ready without a core, in nanoseconds."""


def thread_costs() -> Costs:
    """Read them for every thread of this process and of its descendants; empty where unknown."""
    found: Costs = {}
    for pid in (os.getpid(), *descendants(os.getpid())):
        folder = f"/proc/{pid}/task"
        try:
            threads = os.listdir(folder)  # noqa: PTH208  # the same as a Path costs three times more
        except OSError:
            continue
        for thread in threads:
            try:
                cpu_ns, delay_ns, _ = map(int, read_proc(f"{folder}/{thread}/schedstat").split())
            except (OSError, ValueError):
                continue
            found[pid, int(thread)] = cpu_ns, delay_ns
    return found


def within(
    raw: Raw, windows: Sequence[Window], costs: Sequence[tuple[Costs, Costs]]
) -> dict[str, Any]:
    """Give the JSON form of a lane: what was sampled inside the windows, stack by stack.

    Args:
        raw: the lane.
        windows: of the rounds, in the order of time.
        costs: of all threads before and after each.

    Returns:
        `name`, `wall_ns` (of the windows), `cpu_ns` and `delay_ns` (None where the system does not
        tell), `frames`, and `samples`: numbers of frames from root to leaf, and nanoseconds.
    """
    spent: Counter[tuple[int, ...]] = Counter()
    now_s = raw["began_s"]
    for stack, seconds in raw["samples"]:
        end_s = now_s + seconds
        for start_s, stop_s in windows:
            inside_s = min(end_s, stop_s) - max(now_s, start_s)
            if inside_s > 0:
                spent[tuple(stack)] += round(inside_s * 1e9)
        now_s = end_s
    cpu_ns, delay_ns = _cost(raw, costs)
    return {
        "name": raw["name"],
        "wall_ns": round(sum(stop_s - start_s for start_s, stop_s in windows) * 1e9),
        "cpu_ns": cpu_ns,
        "delay_ns": delay_ns,
        "frames": raw["frames"],
        "samples": [[list(stack), ns] for stack, ns in spent.items()],
    }


def _cost(raw: Raw, costs: Sequence[tuple[Costs, Costs]]) -> tuple[int | None, int | None]:
    place = raw["pid"], raw["tid"]
    pairs = [(before.get(place), after.get(place)) for before, after in costs]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if not known or len(known) < len(pairs):
        return None, None
    cpu_ns = sum(after[0] - before[0] for before, after in known)
    return cpu_ns, sum(after[1] - before[1] for before, after in known)
