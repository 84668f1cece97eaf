"""A ThreadPoolExecutor of C threads, each with a client of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from waitbench.scenario import NEVER_RUN
from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan, Workload


class Model:
    """Sessions are per thread, since a `requests.Session` is not promised to be thread-safe."""

    form: ClassVar[Literal["sync"]] = "sync"
    notes = ()

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self.width = concurrency
        self._workload = workload
        self._own = threading.local()
        self._open = ExitStack()
        self._clients: list[ExitStack] = []

    def __enter__(self) -> Self:
        self._open.callback(self._close_clients)
        pool = ThreadPoolExecutor(self.width, "worker", self._open_client)
        self._pool = self._open.enter_context(pool)
        # A pool starts a thread only when none is idle: make them all wait for each other once.
        everyone = threading.Barrier(self.width)
        list(self._pool.map(lambda _: everyone.wait(), range(self.width)))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run the tasks from one queue for all threads; `map` would make a future of each task."""
        numbers: SimpleQueue[int] = SimpleQueue()
        for number in range(tasks):
            numbers.put(number)
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        list(self._pool.map(lambda _: self._work(numbers, spans), range(min(self.width, tasks))))
        return spans

    def _open_client(self) -> None:
        client = ExitStack()
        self._own.task = client.enter_context(self._workload.sync_client())
        self._clients.append(client)

    def _close_clients(self) -> None:
        for client in self._clients:
            client.close()

    def _work(self, numbers: SimpleQueue[int], spans: list[TaskSpan]) -> None:
        task = self._own.task
        with suppress(Empty):
            while True:
                number = numbers.get_nowait()
                spans[number] = timed(task, number)
