"""What of a lane fell into the rounds: samples are cut to them, and its CPU is taken from there."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, TypedDict

from waitbench.system.procfs import descendants, read_proc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.profiling.profile import LaneForm

Window = tuple[float, float]
"""Start and end of a round in seconds of the monotonic clock."""
Costs = dict[tuple[int, int], tuple[int, int]]
"""By process and thread: CPU so far, and time stood ready without a core, in nanoseconds."""


class RawLane(TypedDict):
    """A lane as it was sampled, for JSON.

    Attributes:
        began_s: of the monotonic clock.
        frames: names of frames.
        samples: in the order of time: numbers of frames from the root to the leaf, and seconds.
    """

    pid: int
    tid: int
    name: str
    began_s: float
    frames: list[str]
    samples: list[tuple[list[int], float]]


def thread_costs() -> Costs:
    """Return the costs of all threads of this process and its descendants; empty where unknown."""
    costs: Costs = {}
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
            costs[pid, int(thread)] = cpu_ns, delay_ns
    return costs


def within(
    raw: RawLane, windows: Sequence[Window], costs: Sequence[tuple[Costs, Costs]]
) -> LaneForm:
    """Return the JSON form of a lane: what was sampled inside the windows, stack by stack.

    Args:
        raw: the lane.
        windows: of the rounds, in the order of time.
        costs: of all threads before and after each.
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
        "samples": [(list(stack), ns) for stack, ns in spent.items()],
    }


def _cost(raw: RawLane, costs: Sequence[tuple[Costs, Costs]]) -> tuple[int | None, int | None]:
    place = raw["pid"], raw["tid"]
    pairs = [(before.get(place), after.get(place)) for before, after in costs]
    both = [(before, after) for before, after in pairs if before is not None and after is not None]
    if not both or len(both) < len(pairs):
        return None, None
    cpu_ns = sum(after[0] - before[0] for before, after in both)
    return cpu_ns, sum(after[1] - before[1] for before, after in both)
