"""An event loop that hands every task to a pool at once; the pool's size bounds them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from waitbench.scenario import TaskSpan


async def hand_over(pool: Executor, task: Callable[[int], TaskSpan], tasks: int) -> list[TaskSpan]:
    """Run tasks 0 ... tasks - 1 through `run_in_executor`, and wait for all of them."""
    submit = asyncio.get_running_loop().run_in_executor
    return await asyncio.gather(*(submit(pool, task, number) for number in range(tasks)))
