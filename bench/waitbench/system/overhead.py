"""What the harness adds to every task: two clock readings and a tuple, in nanoseconds."""

from __future__ import annotations

from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from collections.abc import Callable

TASKS = 2_000
BLOCKS = 9


def per_task_ns() -> int:
    """Cost of timing one sync task: a loop of timed empty tasks against a bare loop, by blocks."""
    return median_difference_ns(_timed_loop_ns, _bare_loop_ns)


def median_difference_ns(timed_ns: Callable[[], int], bare_ns: Callable[[], int]) -> int:
    """Return the difference of two loops over `TASKS` tasks: for each task, median of `BLOCKS`."""
    return round(median((timed_ns() - bare_ns()) / TASKS for _ in range(BLOCKS)))


def _nothing(number: int) -> int:
    return number


def _timed_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [timed(_nothing, number) for number in range(TASKS)]
    return perf_counter_ns() - start


def _bare_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [_nothing(number) for number in range(TASKS)]
    return perf_counter_ns() - start
