"""asyncio.as_completed: results as they come; a semaphore where they are over C."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models._places import held_to
from waitbench.models.asyncio import Model as EventLoop

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """Up to Python 3.12 it does not tell whose result came: each task brings its number along."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        run = held_to(self.width, self._task, tasks)

        async def numbered(number: int) -> tuple[int, TaskSpan]:
            return number, await run(number)

        spans: dict[int, TaskSpan] = {}
        for finished in asyncio.as_completed([numbered(number) for number in range(tasks)]):
            number, span = await finished
            spans[number] = span
        return [spans[number] for number in range(tasks)]
