"""One side of a gate, asked for rounds one benchmark at a time: as it is, or to count."""

from __future__ import annotations

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from waitbench.gate import _nothing
from waitbench.gate.worktrees import SIDES
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.system.instructions import before_command, environ

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.scenario import Contestant, Scenario
    from waitbench.system.instructions import CounterKind
    from waitbench.system.interrupt import Interrupt

Answer = TypeVar("Answer")

TIMEOUT_S = 60.0
NOTHING = {"sync": "bench_nothing", "asyncio": "bench_nothing_awaited"}
"""By model, the benchmark of ours that does nothing: one thread runs it, and so what is counted."""


class CountingProcess:
    """Within its block, workers of one side, one for each model; a dead one is replaced.

    Args:
        stop: what may cut a wait short.
        kind: of counter; None to run rounds as they are.
        seed: by which texts are hashed where it counts.
    """

    def __init__(self, stop: Interrupt, kind: CounterKind | None = None, seed: int = 0) -> None:
        self._stop = stop
        self._kind = kind
        self._seed = seed
        self._workers: dict[str, WorkerProcess] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def rounds(
        self, scenario: Scenario, contestant: Contestant, rounds: int
    ) -> list[Mapping[str, Any]]:
        """Open a benchmark, run so many rounds, and return what the worker said of each.

        Raises:
            ContestantError: it failed, died, took too long, or came to a wrong result.
        """
        worker = self.worker(contestant, scenario.workload)
        worker.ask(
            "open",
            within_s=TIMEOUT_S,
            workload=scenario.workload,
            params={**scenario.params, **contestant.params},
            concurrency=contestant.concurrency or scenario.concurrency,
        )
        answers = [
            worker.ask("run", within_s=TIMEOUT_S, tasks=scenario.tasks) for _ in range(rounds)
        ]
        worker.ask("close", within_s=TIMEOUT_S)
        if wrong := next((answer["error"] for answer in answers if answer["errors"]), None):
            raise ContestantError(wrong)
        return list(answers)

    def worker(self, contestant: Contestant, workload: str) -> WorkerProcess:
        """Return the worker of a contestant's model, a fresh one if there is none alive.

        Raises:
            ContestantError: it does not start.
        """
        worker = self._workers.get(contestant.model)
        if worker is None or not worker.alive:
            worker = self._open.enter_context(self._started(contestant, workload))
            self._workers[contestant.model] = worker
            worker.greet()
        return worker

    def _started(self, contestant: Contestant, workload: str) -> WorkerProcess:
        under: Sequence[str] = ()
        variables: Mapping[str, str] = {}
        if self._kind:
            folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
            under = before_command(self._kind, folder)
            variables = environ(self._kind, folder, seed=self._seed)
        return WorkerProcess(
            contestant.model,
            self._stop,
            [workload],
            python=contestant.python or sys.executable,
            tree=Path(contestant.tree) if contestant.tree else None,
            environ={**contestant.environ, **variables},
            module="gate.counting_worker" if self._kind else "race.worker",
            under=under,
        )


def on_both(asked: Callable[[str], Answer]) -> list[Answer]:
    """Return what was asked of base and of head: at once, where each has a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with ThreadPoolExecutor(min(len(SIDES), cores or 1)) as pool:
        return list(pool.map(asked, SIDES))


def of_nothing(contestant: Contestant) -> Contestant:
    """Return who runs a benchmark that does nothing, and else is as this one."""
    own = {"file": _nothing.__file__, "name": NOTHING[contestant.model], "away": ""}
    return replace(contestant, params={**contestant.params, **own})
