"""What the harness adds to every task: two clock readings and a tuple, in nanoseconds."""

from __future__ import annotations

import asyncio
from statistics import median
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.stopwatch import timed, timed_async

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TASKS = 2_000
BLOCKS = 9


def per_task_ns() -> int:
    """Cost of timing one sync task: a loop of timed empty tasks against a bare loop, by blocks."""
    return _median_difference(_timed_loop_ns, _bare_loop_ns)


def per_async_task_ns() -> int:
    """Cost of timing one coroutine, measured alike on an event loop."""
    with asyncio.Runner(debug=False) as runner:
        return _median_difference(
            lambda: runner.run(_timed_async_loop_ns()), lambda: runner.run(_bare_async_loop_ns())
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Print both figures."""
    del argv
    print(f"harness cost per task: sync {per_task_ns()} ns, asyncio {per_async_task_ns()} ns")
    return 0


def _median_difference(timed_ns: Callable[[], int], bare_ns: Callable[[], int]) -> int:
    return round(median((timed_ns() - bare_ns()) / TASKS for _ in range(BLOCKS)))


def _nothing(number: int) -> int:
    return number


async def _nothing_async(number: int) -> int:
    return number


def _timed_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [timed(_nothing, number) for number in range(TASKS)]
    return perf_counter_ns() - start


def _bare_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [_nothing(number) for number in range(TASKS)]
    return perf_counter_ns() - start


async def _timed_async_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [await timed_async(_nothing_async, number) for number in range(TASKS)]
    return perf_counter_ns() - start


async def _bare_async_loop_ns() -> int:
    start = perf_counter_ns()
    _ = [await _nothing_async(number) for number in range(TASKS)]
    return perf_counter_ns() - start


if __name__ == "__main__":
    raise SystemExit(main())
