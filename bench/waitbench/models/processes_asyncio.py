"""One process for each core, each with an event loop of its own: tasks are shared out."""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from waitbench.models._shares import Loop, dealt_places, dealt_tasks, gathered
from waitbench.models.processes import end_with_parent, start_context
from waitbench.system import machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.scenario import TaskSpan, Workload

_own: dict[str, Loop] = {}
"""In a child: its loop, opened once by the initializer."""


class Model:
    """Every loop takes its part of the C places, and for each round its part of the tasks."""

    form: ClassVar[Literal["async"]] = "async"

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self._places = dealt_places(concurrency, machine.cores_allowed())
        self.width = concurrency if workload.has_async else len(self._places)
        self.notes: tuple[str, ...] = ()
        if not workload.has_async:
            self.notes = ("no async form: each task ran on a loop, which stood still meanwhile",)
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        context = start_context()
        # Pools of one: in a pool of several, who is idle first may take two shares.
        self._pools = [
            self._open.enter_context(
                ProcessPoolExecutor(
                    1, context, initializer=_open_loop, initargs=(self._workload, places)
                )
            )
            for places in self._places
        ]
        for started in [pool.submit(_run, ()) for pool in self._pools]:
            started.result()
        return self

    def __exit__(self, *exc_info: object) -> None:
        # Before the children end: what an async client has threads for would keep them alive.
        with suppress(BrokenExecutor):
            for closed in [pool.submit(_close_loop) for pool in self._pools]:
                closed.result()
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Deal the tasks out like cards, each loop in proportion to its places, and gather them."""
        shares = dealt_tasks(tasks, self._places)
        rounds = [pool.submit(_run, share) for pool, share in zip(self._pools, shares, strict=True)]
        return gathered(shares, [finished.result() for finished in rounds])


def _open_loop(workload: Workload, places: int) -> None:
    threading.Thread(target=end_with_parent, daemon=True).start()
    _own["loop"] = Loop(workload, places).__enter__()


def _close_loop() -> None:
    _own.pop("loop").__exit__(None, None, None)


def _run(numbers: Sequence[int]) -> list[TaskSpan]:
    return _own["loop"].run_these(numbers)
