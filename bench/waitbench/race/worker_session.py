"""One model at one scenario, within a worker's own process: opened, run round by round, closed."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from waitbench import registry
from waitbench.race.answers import parts
from waitbench.race.client_notes import slow_parsers
from waitbench.race.heap import Heap
from waitbench.race.phases import phases_ns
from waitbench.registry import fit
from waitbench.results.spans import encode_spans
from waitbench.scenario import (
    BenchError,
    Failed,
    HasMetrics,
    HasTimestamps,
    Prepares,
    StartsProcesses,
    WrongResultError,
)
from waitbench.system import lazy_imports, python_state
from waitbench.system.cpu import RoundCpu, tree_delay_ns
from waitbench.system.round_watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.scenario import Model, TaskSpan, Workload

Answer = dict[str, Any]


class WorkerSession:
    """One model at one scenario, from `open` to `close`."""

    def __init__(self, model: str) -> None:
        module = registry.load("models", model)
        if hasattr(module, "patch"):
            module.patch()
        self._model_type = module.Model
        self._open = ExitStack()
        self._preloaded: dict[str, None] = {}
        self._watching: Watch | None = None
        self.heap = Heap()

    def open(self, *, workload: str, params: dict[str, str], concurrency: int) -> Answer:
        """Build the workload, load what it needs, and start the model up; only that is timed."""
        try:
            self._workload: Workload = registry.load("workloads", workload).Workload(**params)
        except TypeError as wrong:
            raise BenchError(
                f"workload {workload!r} does not take these parameters: {wrong}"
            ) from None
        self.load(workload)
        model: Model = self._model_type(self._workload, concurrency)
        start_ns = time.perf_counter_ns()
        self._model = self._open.enter_context(model)
        startup_ns = time.perf_counter_ns() - start_ns
        return {
            "startup_ns": startup_ns,
            "width": model.width,
            "notes": [
                *model.notes,
                *getattr(self._workload, "notes", ()),
                *slow_parsers(),
            ],
            "waits_ns": self._workload.waits_ns,
            "computes": self._workload.computes,
            "opens_anew": getattr(self._workload, "opens_anew", False),
            "state": {**python_state.build(), **getattr(model, "state", {})},
        }

    def load(self, workload: str) -> None:
        """Import a workload and the client it needs, here and in the fork server of a pool."""
        workload_type = registry.load("workloads", workload).Workload
        modules = (workload_type.__module__, *fit.needs(workload_type, self._model_type))
        load_all(workload, modules)
        self._preloaded.update(dict.fromkeys(modules))
        multiprocessing.set_forkserver_preload([self._model_type.__module__, *self._preloaded])

    def run(self, *, tasks: int, core: int | None = None, watch: bool = False) -> Answer:
        """Run one round, on this core alone if one is given; then check the results."""
        if core is not None:
            self._open.callback(os.sched_setaffinity, 0, os.sched_getaffinity(0))
            os.sched_setaffinity(0, {core})
        if isinstance(self._workload, Prepares):
            self._workload.prepare(tasks)
        cpu, watched = RoundCpu(), self._watch() if watch else None
        self.heap.before_round()
        ready_ns = tree_delay_ns(os.getpid())
        if watched:
            watched.start()
        cpu.start()
        start_ns = time.perf_counter_ns()
        spans = self._model.run(tasks)
        wall_ns = time.perf_counter_ns() - start_ns
        cpu_ns = cpu.stop()
        figures = watched.stop() if watched else {}
        waited_ns = tree_delay_ns(os.getpid())
        delay_ns = None if ready_ns is None or waited_ns is None else waited_ns - ready_ns
        single = cpu.alone
        if isinstance(self._workload, StartsProcesses):
            delay_ns, single = self._workload.run_queue([result for _, _, result in spans])
        wrong = list(complaints(self._workload, spans, tasks))
        return {
            "wall_ns": wall_ns,
            "cpu_ns": cpu_ns,
            "delay_ns": delay_ns,
            "errors": len(wrong),
            "error": wrong[0] if wrong else None,
            "spans": encode_spans(
                [start - start_ns for start, _, _ in spans],
                [end - start for start, end, _ in spans],
            ),
            "parts": {} if wrong else parts(self._phases(start_ns, spans)),
            "seen": {} if wrong else {**self._metrics(spans), **figures},
            "single": single,
            "core": core,
            "state": python_state.now(),
        }

    def _watch(self) -> Watch:
        """Open the watch at the first round that wants it; it stays until the scenario closes."""
        if self._watching is None:
            self._watching = self._open.enter_context(Watch())
            self._open.callback(setattr, self, "_watching", None)
        return self._watching

    def _phases(self, start_ns: int, spans: Sequence[TaskSpan]) -> dict[str, int]:
        workload = self._workload
        if not isinstance(workload, HasTimestamps):
            return {}
        return phases_ns(start_ns, [(span, workload.timestamps(span[2])) for span in spans])

    def _metrics(self, spans: Sequence[TaskSpan]) -> dict[str, float]:
        workload = self._workload
        if not isinstance(workload, HasMetrics):
            return {}
        figures = workload.metrics([result for _, _, result in spans])
        return {name: float(figure) for name, figure in figures.items()}

    def close(self) -> Answer:
        """Stop the model; nothing of it is left."""
        self._open.close()
        self.heap.after_scenario()
        return {}


def load_all(workload: str, modules: Sequence[str]) -> None:
    """Import what the client needs, so that start-up is not billed for the import."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as missing:
            raise registry.missing_library("workloads", workload, missing) from missing
    lazy_imports.touch()


def complaints(workload: Workload, spans: Sequence[TaskSpan], tasks: int) -> Iterator[str]:
    """Yield what is wrong, a sentence for each bad task; nothing when all is right."""
    if len(spans) != tasks:
        yield f"{tasks} tasks were asked for, {len(spans)} came back"
    for number, (_, _, result) in enumerate(spans):
        if isinstance(result, Failed):
            yield result.reason
        else:
            try:
                workload.check(number, result)
            except WrongResultError as wrong:
                yield str(wrong)
