"""asyncio.TaskGroup with a task for each; a semaphore where they are over C."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models._places import held_to
from waitbench.models.asyncio import Model as EventLoop

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """Structured: the block is left when all have ended, and nothing can be forgotten."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        run = held_to(self.width, self._task, tasks)
        async with asyncio.TaskGroup() as group:
            scheduled = [group.create_task(run(number)) for number in range(tasks)]
        return [task.result() for task in scheduled]
