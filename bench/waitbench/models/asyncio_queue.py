"""An asyncio.Queue that C workers take their tasks from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from waitbench.models.asyncio import Model as EventLoop
from waitbench.scenario import NEVER_RUN
from waitbench.stopwatch import timed_async

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan


class Model(EventLoop):
    """As with a producer that never ends: workers wait for more, until all that came is done."""

    async def _all(self, tasks: int) -> list[TaskSpan]:
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        queue: asyncio.Queue[int] = asyncio.Queue()
        for number in range(tasks):
            queue.put_nowait(number)
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(self._serve(queue, spans)) for _ in range(min(self.width, tasks))
            ]
            await queue.join()
            for worker in workers:
                worker.cancel()
        return spans

    async def _serve(self, queue: asyncio.Queue[int], spans: list[TaskSpan]) -> None:
        while True:
            number = await queue.get()
            spans[number] = await timed_async(self._task, number)
            queue.task_done()
