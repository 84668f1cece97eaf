"""One thread for each core, each with an event loop of its own: tasks are shared out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from waitbench.models._shares import Loop, dealt_places, dealt_tasks, gathered
from waitbench.system import machine, python_state

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan, Workload


class Model:
    """What CPython's documentation advises where there is no GIL; with it the loops take turns."""

    form: ClassVar[Literal["async"]] = "async"

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self._places = dealt_places(concurrency, machine.cores_allowed())
        threads = len(self._places)
        self.width = concurrency if workload.has_async else threads
        lock = "that share one GIL" if python_state.gil() else "without a GIL"
        each = " and ".join(str(places) for places in sorted(set(self._places), reverse=True))
        self.notes: tuple[str, ...] = (
            f"event loops in {threads} threads {lock}, with {each} tasks at once in each",
        )
        if not workload.has_async:
            self.notes += ("no async form: each task ran on a loop, which stood still meanwhile",)
        self._loops = [Loop(workload, places) for places in self._places]
        self._open = ExitStack()

    def __enter__(self) -> Self:
        # Pools of one: a loop stays in the thread that it was opened in.
        self._threads = [
            self._open.enter_context(ThreadPoolExecutor(1, f"loop-{number}"))
            for number in range(len(self._loops))
        ]
        opening = [
            thread.submit(loop.__enter__)
            for thread, loop in zip(self._threads, self._loops, strict=True)
        ]
        for opened in opening:
            opened.result()
        return self

    def __exit__(self, *exc_info: object) -> None:
        with self._open:
            closing = [
                thread.submit(loop.__exit__)
                for thread, loop in zip(self._threads, self._loops, strict=True)
            ]
            for closed in closing:
                closed.result()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Deal the tasks out like cards, each loop in proportion to its places, and gather them."""
        shares = dealt_tasks(tasks, self._places)
        rounds = [
            thread.submit(loop.run_these, share)
            for thread, loop, share in zip(self._threads, self._loops, shares, strict=True)
        ]
        return gathered(shares, [finished.result() for finished in rounds])
