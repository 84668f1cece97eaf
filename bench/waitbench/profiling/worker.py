"""A contestant's process, watched in all it does: `python -m waitbench.profiling.worker MODEL`.

It speaks the protocol of `waitbench.race.worker`, and answers "close" with what was sampled while
its rounds ran: {"lanes": […], "rate_hz": …, "awaiting": {…}}, in the JSON forms of
`waitbench.profiling.profile`. Its walls are no measurements: watching costs.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from waitbench.profiling.outside import SOCKET, Outside
from waitbench.profiling.windows import thread_costs, within
from waitbench.race import worker
from waitbench.race.worker_session import Answer, WorkerSession
from waitbench.services.temporary_folder import folder_of

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.profiling.inside import Inside
    from waitbench.profiling.windows import Costs, Window
    from waitbench.scenario import Model, TaskSpan


class Windowed:
    """A model that notes when its rounds ran, and what its threads had cost before and after."""

    def __init__(
        self, model: Model, windows: list[Window], costs: list[tuple[Costs, Costs]]
    ) -> None:
        self._model = model
        self._windows = windows
        self._costs = costs

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run one round, and note when it ran and what it cost."""
        before = thread_costs()
        began_s = time.perf_counter()
        spans = self._model.run(tasks)
        self._windows.append((began_s, time.perf_counter()))
        self._costs.append((before, thread_costs()))
        return spans


class WatchedSession(WorkerSession):
    """A session that is watched from `open` to `close`."""

    def __init__(self, model: str) -> None:
        self._watcher = watch_of(folder_of(self))
        super().__init__(model)
        self._windows: list[Window] = []
        self._costs: list[tuple[Costs, Costs]] = []
        self._watched = False

    def load(self, workload: str) -> None:
        """Load the workload, and have the fork server load what watches its children, too."""
        super().load(workload)
        names = [self._model_type.__module__, *self._preloaded, *self._watcher.preloaded]
        multiprocessing.set_forkserver_preload(names)

    def open(self, **options: Any) -> Answer:
        """Start to watch, then open the model."""
        self._watcher.start(awaits=self._model_type.form != "sync")
        self._watched = True
        opened = super().open(**options)
        self._model: Any = Windowed(self._model, self._windows, self._costs)
        return opened

    def run(self, *, tasks: int, keep: bool = True, **options: Any) -> Answer:
        """Run one round; a warm-up is not kept."""
        answer = super().run(tasks=tasks, **options)
        if not keep:
            self._windows.pop()
            self._costs.pop()
        return answer

    def close(self) -> Answer:
        """Stop the model, and return what was sampled while its rounds ran."""
        super().close()
        if not self._watched:
            return {}
        self._watched = False
        lanes = [within(raw, self._windows, self._costs) for raw in self._watcher.stop()]
        for noted in (self._windows, self._costs):
            noted.clear()
        return {
            "lanes": [lane for lane in lanes if lane["samples"]],
            "rate_hz": self._watcher.rate_hz,
            "awaiting": self._watcher.awaiting,
        }


def watch_of(folder: Path) -> Inside | Outside:
    """Return what watches this process: whoever started it to do so, or itself."""
    if number := os.environ.pop(SOCKET, None):
        return Outside(int(number))
    from waitbench.profiling.inside import Inside  # pyinstrument, which not every Python has

    return Inside(folder)


if __name__ == "__main__":
    worker.main(sys.argv[1], sys.argv[2:], WatchedSession)
