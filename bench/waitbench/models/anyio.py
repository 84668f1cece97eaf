"""AnyIO on asyncio: C tasks of its task group that take their work from one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import anyio

from waitbench.models import asyncio
from waitbench.scenario import NEVER_RUN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from waitbench.scenario import TaskSpan


class Model(asyncio.Model):
    """The asyncio model's loop, AnyIO's form of the work and its group in place of asyncio's."""

    form: ClassVar[Literal["anyio"]] = "anyio"  # type: ignore[assignment]  # another form

    async def _open_client(self) -> Callable[[int], Awaitable[Any]]:
        client = self._workload.anyio_client(self.width)  # type: ignore[attr-defined]
        task: Callable[[int], Awaitable[Any]] = await self._client.enter_async_context(client)
        return task

    async def _all(self, tasks: int) -> list[TaskSpan]:
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        source = iter(range(tasks))
        async with anyio.create_task_group() as workers:
            for _ in range(min(self.width, tasks)):
                workers.start_soon(self._work, source, spans)
        return spans
