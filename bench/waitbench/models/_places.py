"""A task with its two clock readings, at once or as soon as one of C places is free."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from waitbench.stopwatch import timed_async

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from waitbench.scenario import TaskSpan

    Task = Callable[[int], Awaitable[Any]]
    TimedTask = Callable[[int], Coroutine[Any, Any, TaskSpan]]


def held_to(places: int, task: Task, tasks: int) -> TimedTask:
    """Return the timed task, of which no more than `places` run at once.

    Where there are no more tasks than places, nothing stands in their way: what starts them is then
    all that is measured.
    """
    return through_semaphore(places, task) if tasks > places else unhindered(task)


def through_semaphore(places: int, task: Task) -> TimedTask:
    """Return the timed task that takes a place first; its time begins when it has one."""
    semaphore = asyncio.Semaphore(places)

    async def run(number: int) -> TaskSpan:
        async with semaphore:
            return await timed_async(task, number)

    return run


def unhindered(task: Task) -> TimedTask:
    """Return the timed task that begins as soon as the loop comes to it."""

    def run(number: int) -> Coroutine[Any, Any, TaskSpan]:
        return timed_async(task, number)

    return run
