"""Runs cells: one contestant at a time in a real worker against a real target, a few rounds."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from waitbench import registry
from waitbench.calibration._cell import CellResult
from waitbench.race.answers import Opened, round_record
from waitbench.race.workers import Workers
from waitbench.scenario import BenchError, Contestant
from waitbench.services.target import Target
from waitbench.services.target_stats import round_stats
from waitbench.system.interference import Interference, disturbed
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from waitbench.calibration._cell import CalibrationCell
    from waitbench.results.record import RoundRecord

WITHIN_S = 120
WARM_LAPS = 2
"""A warm-up runs so many tasks for each that may be under way: more than in a race, whose first
rounds are a few of many; here a few are all there are."""
RERUNS = 4
"""So many rounds that others disturbed are run again, for each cell."""


class CellRunner:
    """A target and workers for the length of a `with` block.

    Args:
        models: who is going to run.
        workloads: what they are going to run.
        target_arguments: options of `python -m waitbench_server`.
        cpus: the cores that the workers get; None for all.
        target_cpus: the cores that the target gets; None for all.
    """

    def __init__(
        self,
        models: Iterable[str],
        workloads: Sequence[str],
        *target_arguments: str,
        cpus: frozenset[int] | None = None,
        target_cpus: frozenset[int] | None = None,
    ) -> None:
        self._contestants = {model: Contestant.of(model) for model in models}
        self._workloads = workloads
        self._target_arguments = target_arguments
        self._cpus, self._target_cpus = cpus, target_cpus
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            needed = any(map(_needs_target, self._workloads))
            with pinned(self._target_cpus):
                target = stack.enter_context(Target(*self._target_arguments)) if needed else None
            interrupt = stack.enter_context(Interrupt.never())
            with pinned(self._cpus):
                self._workers = stack.enter_context(Workers(interrupt))
                everyone = list(self._contestants.values())
                self._workers.enlist((everyone, workload) for workload in self._workloads)
            self.target = target
            self._open = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(
        self, cell: CalibrationCell, rounds: int, warm: int | None = None, *, every: bool = False
    ) -> CellResult:
        """Open the cell in its worker, warm it up, run its rounds, close it.

        Args:
            cell: what is run.
            rounds: how many undisturbed rounds are wanted.
            warm: tasks of the warm-up; by default two for each that may be under way.
            every: warm up before every round, not before the first alone.

        Raises:
            BenchError: it failed, or a task came back wrong.
        """
        member = self._workers.ready_process(self._contestants[cell.model])
        params = dict(cell.params)
        if self.target and _needs_target(cell.workload):
            params["target"] = self.target.url
        opened = Opened.of(
            member.ask(
                "open",
                within_s=WITHIN_S,
                workload=cell.workload,
                params=params,
                concurrency=cell.concurrency,
            )
        )
        if warm is None:
            warm = min(cell.tasks, WARM_LAPS * opened.width)
        calm: list[RoundRecord] = []
        restless: list[RoundRecord] = []
        while len(calm) < rounds and len(restless) < rounds + RERUNS:
            if every or not (calm or restless):
                self._round(cell, warm)
            round_ = self._round(cell, cell.tasks)
            (restless if round_.disturbed else calm).append(round_)
        self._workers.ask_if_alive(self._contestants[cell.model], "close", within_s=WITHIN_S)
        return CellResult(
            width=opened.width,
            waits_ns=opened.waits_ns or 0,
            rounds=calm or restless,
            ran=len(calm) + len(restless),
            disturbed=len(restless),
        )

    def _round(self, cell: CalibrationCell, tasks: int) -> RoundRecord:
        interference = Interference()
        worker = self._workers.process(self._contestants[cell.model])
        answer = round_record(worker.ask("run", within_s=WITHIN_S, tasks=tasks))
        stats = round_stats(self.target.reset("round")) if self.target else None
        if answer.errors:
            raise BenchError(
                f"{cell.model} at {cell.name}: {answer.errors} of {tasks} tasks went wrong: "
                f"{answer.error}"
            )
        served = stats if stats and stats["requests"] else None
        others_ns = interference.stop(answer.cpu_ns + ((served or {}).get("cpu_ns") or 0))
        return replace(
            answer,
            others_ns=others_ns,
            disturbed=disturbed(others_ns, answer.wall_ns),
            target=served,
        )


def cores_apart() -> tuple[frozenset[int], frozenset[int]] | tuple[None, None]:
    """Return the cores of the clients and that of the target; None where there are not two."""
    can_pin = hasattr(os, "sched_getaffinity")
    *others, last = sorted(os.sched_getaffinity(0)) if can_pin else [0]
    return (frozenset(others), frozenset({last})) if others else (None, None)


@contextmanager
def pinned(cpus: frozenset[int] | None) -> Iterator[None]:
    """Restrict what is started inside to these cores; None leaves all as it is (macOS does)."""
    if cpus is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _needs_target(workload: str) -> bool:
    return bool(registry.load("workloads", workload).Workload.needs_target)
