"""asyncio.gather over all tasks; a semaphore where they are over C."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models._places import held_to
from waitbench.models.asyncio import Model as EventLoop

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """The line that most tutorials show: `await asyncio.gather(*(fetch(url) for url in urls))`."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        run = held_to(self.width, self._task, tasks)
        return await asyncio.gather(*(run(number) for number in range(tasks)))
