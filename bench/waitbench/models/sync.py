"""One task after the other, in one thread: the baseline of every comparison."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from waitbench.scenario import TaskSpan, Workload


class Model:
    """A plain `for` loop over one client; the concurrency of the scenario stays unused."""

    form: ClassVar[Literal["sync"]] = "sync"
    width = 1
    notes = ()

    def __init__(self, workload: Workload, concurrency: int) -> None:  # noqa: ARG002 - one at a time
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._task = self._open.enter_context(self._workload.sync_client())
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run the tasks in order."""
        task = self._task
        return [timed(task, number) for number in range(tasks)]
