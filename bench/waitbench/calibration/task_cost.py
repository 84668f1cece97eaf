"""What the harness adds to every task: two clock readings and a tuple, in nanoseconds."""

from __future__ import annotations

import asyncio
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.stopwatch import timed_async
from waitbench.system.overhead import TASKS, median_difference_ns, per_task_ns

if TYPE_CHECKING:
    from collections.abc import Sequence


def per_async_task_ns() -> int:
    """Cost of timing one coroutine, measured alike on an event loop."""
    with asyncio.Runner(debug=False) as runner:
        return median_difference_ns(
            lambda: runner.run(_timed_async_loop_ns()), lambda: runner.run(_bare_async_loop_ns())
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Print both figures."""
    del argv
    print(f"harness cost per task: sync {per_task_ns()} ns, asyncio {per_async_task_ns()} ns")
    return 0


async def _nothing_async(number: int) -> int:
    return number


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
