"""One thread, one trio loop, C tasks of a nursery that take their work from one source."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, ExitStack
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import trio

from waitbench.scenario import NEVER_RUN
from waitbench.stopwatch import timed_async

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from waitbench.scenario import TaskSpan, Workload

    Task = Callable[[int], Awaitable[Any]]


class Model:
    """A loop of trio ends with what it was called for: it lives in a thread, and is given rounds.

    asyncio can be left and entered again, and what is open stays open; trio closes it.
    """

    form: ClassVar[Literal["trio", "anyio"]] = "trio"
    notes = ("its loop runs in a thread of its own, which each round is handed over to",)

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self.width = concurrency
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        opened: Future[tuple[Task, trio.lowlevel.TrioToken]] = Future()
        self._left = trio.Event()
        loop = Thread(target=trio.run, args=(self._serve, opened), name="trio")
        loop.start()
        self._open.callback(loop.join)
        self._task, self._token = self._opened(opened)
        self._open.callback(self._token.run_sync_soon, self._left.set)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run the tasks, C at once, on the loop that is kept from round to round."""
        return trio.from_thread.run(self._all, tasks, trio_token=self._token)

    def _opened(self, opened: Future[Any]) -> Any:
        """Wait for the loop; where the client cannot be opened, its thread has ended."""
        try:
            return opened.result()
        except BaseException:
            self._open.close()
            raise

    async def _serve(self, opened: Future[Any]) -> None:
        try:
            async with self._client() as task:
                opened.set_result((task, trio.lowlevel.current_trio_token()))
                await self._left.wait()
        except BaseException as error:
            if opened.done():
                raise
            opened.set_exception(error)

    def _client(self) -> AbstractAsyncContextManager[Task]:
        return self._workload.trio_client(self.width)  # type: ignore[attr-defined, no-any-return]

    async def _all(self, tasks: int) -> list[TaskSpan]:
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        source = iter(range(tasks))
        async with trio.open_nursery() as nursery:
            for _ in range(min(self.width, tasks)):
                nursery.start_soon(self._work, source, spans)
        return spans

    async def _work(self, source: Iterator[int], spans: list[TaskSpan]) -> None:
        task = self._task
        for number in source:
            spans[number] = await timed_async(task, number)
