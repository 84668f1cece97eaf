"""One thread, one event loop, C coroutines that take tasks from one source."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from waitbench.scenario import NEVER_RUN
from waitbench.stopwatch import timed_async

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from waitbench.scenario import TaskSpan, Workload


class Model:
    """C workers, not `gather` over a limited connector: that times the pool's queue as latency."""

    form: ClassVar[Literal["async"]] = "async"
    loop_factory: ClassVar[Callable[[], asyncio.AbstractEventLoop] | None] = None
    """None is the standard library's loop; a variant names another one."""

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self.width = concurrency
        self.notes: tuple[str, ...] = ()
        self._workload = workload
        self._open = ExitStack()
        self._client = AsyncExitStack()

    def __enter__(self) -> Self:
        # Debug mode multiplies every cost by 8 to 35: off, whatever the environment says.
        runner = asyncio.Runner(debug=False, loop_factory=type(self).loop_factory)
        self._runner = self._open.enter_context(runner)
        self._open.callback(lambda: self._runner.run(self._client.aclose()))
        self._task = self._runner.run(self._open_client())
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run the tasks, C at once, on the loop that is kept from round to round."""
        return self._runner.run(self._all(tasks))

    async def _open_client(self) -> Callable[[int], Awaitable[Any]]:
        if self._workload.has_async:
            client = self._workload.async_client(self.width)
            return await self._client.enter_async_context(client)
        self.width = 1
        self.notes = ("no async form: each task ran on the loop, which stood still meanwhile",)
        task = self._client.enter_context(self._workload.sync_client())

        async def on_the_loop(number: int) -> Any:
            return task(number)

        return on_the_loop

    async def _all(self, tasks: int) -> list[TaskSpan]:
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        source = iter(range(tasks))
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self.width, tasks)):
                workers.create_task(self._work(source, spans))
        return spans

    async def _work(self, source: Iterator[int], spans: list[TaskSpan]) -> None:
        task = self._task
        for number in source:
            spans[number] = await timed_async(task, number)
