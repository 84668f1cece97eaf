"""AnyIO on trio: C tasks of its task group that take their work from one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import anyio

from waitbench.models import trio
from waitbench.scenario import NEVER_RUN

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from waitbench.models.trio import Task
    from waitbench.scenario import TaskSpan


class Model(trio.Model):
    """The trio model's loop, AnyIO's form of the work and its group in place of trio's."""

    form: ClassVar[Literal["trio", "anyio"]] = "anyio"

    def _client(self) -> AbstractAsyncContextManager[Task]:
        return self._workload.anyio_client(self.width)  # type: ignore[attr-defined, no-any-return]

    async def _all(self, tasks: int) -> list[TaskSpan]:
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        source = iter(range(tasks))
        async with anyio.create_task_group() as workers:
            for _ in range(min(self.width, tasks)):
                workers.start_soon(self._work, source, spans)
        return spans
