"""A contestant's process, watched in all it does: `python -m waitbench.profiling.worker MODEL`.

It speaks the protocol of `waitbench.race.worker`, and answers "close" with what was sampled while
its rounds ran: {"lanes": […]}, in the JSON form of `waitbench.profiling.profile.Lane`. Its walls
are no measurements: watching costs.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from waitbench.profiling import pool_child
from waitbench.profiling.thread_profiler import ThreadProfiler, watch_threads
from waitbench.profiling.windows import thread_costs, within
from waitbench.race import worker
from waitbench.race.worker_session import Answer, WorkerSession
from waitbench.services.temporary_folder import folder_of

if TYPE_CHECKING:
    from waitbench.profiling.thread_profiler import RawLane
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
    """Threads and children are watched from their start, this thread from `open`."""

    def __init__(self, model: str) -> None:
        self._folder = folder_of(self)
        os.environ[pool_child.FOLDER] = os.fspath(self._folder)
        super().__init__(model)
        self._thread_lanes: list[RawLane] = []
        self._windows: list[Window] = []
        self._costs: list[tuple[Costs, Costs]] = []
        self._profiler: ThreadProfiler | None = None
        watch_threads(self._thread_lanes)

    def load(self, workload: str) -> None:
        """Load the workload, and have the fork server load what watches its children, too."""
        super().load(workload)
        names = [self._model_type.__module__, *self._preloaded, pool_child.__name__]
        multiprocessing.set_forkserver_preload(names)

    def open(self, **options: Any) -> Answer:
        """Start to watch, then open the model."""
        self._profiler = ThreadProfiler("main", awaits=self._model_type.form != "sync")
        self._profiler.start()
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
        if self._profiler is None:
            return {}
        raw_lanes = [self._profiler.stop(), *self._thread_lanes]
        self._profiler = None
        for file in sorted(self._folder.glob("*.json")):
            raw_lanes.append(json.loads(file.read_text(encoding="utf-8")))
            file.unlink()
        lanes = [within(raw, self._windows, self._costs) for raw in raw_lanes]
        for noted in (self._thread_lanes, self._windows, self._costs):
            noted.clear()
        return {"lanes": [lane for lane in lanes if lane["samples"]]}


if __name__ == "__main__":
    worker.main(sys.argv[1], sys.argv[2:], WatchedSession)
