"""asyncio.create_task for every task, then each is awaited; a semaphore where they are over C."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models._places import held_to
from waitbench.models.asyncio import Model as EventLoop

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """All are scheduled before the first is awaited; awaiting each at once would overlap none."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        run = held_to(self.width, self._task, tasks)
        scheduled = [asyncio.create_task(run(number)) for number in range(tasks)]
        return [await task for task in scheduled]
