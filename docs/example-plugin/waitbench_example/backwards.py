"""One task after the other, the last one first: does their order matter?"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan, Workload


class Model:
    """One thread with one client."""

    form: ClassVar[Literal["sync"]] = "sync"
    notes = ("tasks run from the last to the first",)
    width = 1

    def __init__(self, workload: Workload, concurrency: int) -> None:
        del concurrency  # there is only one thread
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._task = self._open.enter_context(self._workload.sync_client())
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run them, and return their spans in the order of their numbers."""
        return [timed(self._task, number) for number in reversed(range(tasks))][::-1]
