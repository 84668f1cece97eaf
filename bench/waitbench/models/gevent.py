"""C greenlets of gevent in one thread, each with a client of its own; everything is patched."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import gevent
from gevent import monkey

from waitbench.scenario import NEVER_RUN, BenchError
from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.scenario import TaskSpan, Workload


PATCHED = (
    "everything is patched, by `monkey.patch_all()` before any client is imported"
    f" (gevent {gevent.__version__})"
)


class Model:
    """The sync form, whose sockets and sleeps let other greenlets run, because they are patched."""

    form: ClassVar[Literal["sync"]] = "sync"

    def __init__(self, workload: Workload, concurrency: int) -> None:
        if not monkey.is_module_patched("socket"):
            raise BenchError(
                "model 'gevent' runs in a worker of its own, which it patches: nothing is patched"
                " in this process"
            )
        self.width = concurrency
        self.notes: tuple[str, ...] = (PATCHED,)
        if workload.computes and not workload.waits_ns:
            self.width = 1
            self.notes += ("no greenlet gives way while it computes: one task at a time",)
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        clients = [self._workload.sync_client() for _ in range(self.width)]
        self._tasks = [self._open.enter_context(client) for client in clients]
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Start the greenlets, and wait for the last of them."""
        spans: list[TaskSpan] = [NEVER_RUN] * tasks
        source = iter(range(tasks))
        workers = [gevent.spawn(self._work, task, source, spans) for task in self._tasks[:tasks]]
        gevent.joinall(workers, raise_error=True)
        return spans

    def _work(
        self, task: Callable[[int], Any], source: Iterator[int], spans: list[TaskSpan]
    ) -> None:
        for number in source:
            spans[number] = timed(task, number)


def patch() -> None:
    """Patch this process, which a worker does before it imports any workload or client."""
    monkey.patch_all()
