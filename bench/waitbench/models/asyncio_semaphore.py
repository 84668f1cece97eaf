"""asyncio.gather over all tasks, each of which takes one of a semaphore's C places first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models._places import through_semaphore
from waitbench.models.asyncio import Model as EventLoop

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """What most write to bound their concurrency; every task is there from the start."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        run = through_semaphore(self.width, self._task)
        return await asyncio.gather(*(run(number) for number in range(tasks)))
