"""The workers of one launch, few for many scenarios; a dead one is replaced for the next one."""

from __future__ import annotations

import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from waitbench.race.worker_process import ContestantError, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from waitbench.scenario import Contestant
    from waitbench.system.interrupt import Interrupt

Kind = tuple[str, str | None, str | None, tuple[tuple[str, str], ...], tuple[str, ...]]
"""What makes a process what it is: model, interpreter, tree, environment and program."""
Slot = tuple[Kind, int]
"""A worker: the first of its kind, the second …"""


class Workers:
    """Leaving its block ends every worker, whatever state it is in."""

    def __init__(
        self, interrupt: Interrupt, start_worker: Callable[..., WorkerProcess] = WorkerProcess
    ) -> None:
        self._interrupt = interrupt
        self._start_worker = start_worker
        self._slots: dict[tuple[str, Kind], Slot] = {}
        self._workloads: dict[Slot, list[str]] = {}
        self._workers: dict[Slot, WorkerProcess] = {}
        self._ungreeted: set[Slot] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for worker in self._workers.values():
            worker.request_exit()
        for worker in self._workers.values():
            worker.stop()

    def enlist(self, scenarios: Iterable[tuple[Sequence[Contestant], str]]) -> None:
        """Start the workers all at once: starting overlaps with starting, never with a round.

        Contestants whose processes are alike share one, unless they meet in a scenario: what a
        launch costs is how many processes it starts. Who has the same name has the same worker in
        all of them.

        Args:
            scenarios: who meets in each of them, and the workload that they run there.
        """
        meetings = list(scenarios)
        self._slots = _assign_slots([contestants for contestants, _ in meetings])
        first: dict[Slot, Contestant] = {}
        for contestants, workload in meetings:
            for contestant in contestants:
                slot = self._slot(contestant)
                first.setdefault(slot, contestant)
                wanted = self._workloads.setdefault(slot, [])
                loads = contestant.loads or workload
                if loads not in wanted:
                    wanted.append(loads)
        for contestant in first.values():
            self._start(contestant)
        for slot in tuple(self._ungreeted):
            with suppress(ContestantError):  # raised again when its first scenario asks for it
                self._workers[slot].greet()
                self._ungreeted.remove(slot)

    def ready_process(self, contestant: Contestant) -> WorkerProcess:
        """Return its worker for a new scenario, a fresh one if the last one is dead.

        Raises:
            ContestantError: it does not start.
        """
        slot = self._slot(contestant)
        if not self._workers[slot].alive:
            self._workers[slot].kill()
            self._start(contestant)
        if slot in self._ungreeted:
            self._workers[slot].greet()
            self._ungreeted.remove(slot)
        return self._workers[slot]

    def process(self, contestant: Contestant) -> WorkerProcess:
        """Return its worker, dead or alive."""
        return self._workers[self._slot(contestant)]

    def ask_if_alive(
        self, contestant: Contestant, operation: str, *, within_s: float, **arguments: Any
    ) -> dict[str, Any]:
        """Ask, and let a failure be: its row has said why already, or nothing depends on it."""
        worker = self.process(contestant)
        if worker.alive:
            with suppress(ContestantError):
                return worker.ask(operation, within_s=within_s, **arguments)
        return {}

    def _start(self, contestant: Contestant) -> None:
        slot = self._slot(contestant)
        self._workers[slot] = self._start_worker(
            contestant.model,
            self._interrupt,
            self._workloads[slot],
            python=contestant.python or sys.executable,
            tree=Path(contestant.tree) if contestant.tree else None,
            environ=contestant.environ,
            **({"program": contestant.program} if contestant.program else {}),
        )
        self._ungreeted.add(slot)

    def _slot(self, contestant: Contestant) -> Slot:
        return self._slots[contestant.name, _kind(contestant)]


def _kind(contestant: Contestant) -> Kind:
    """What tells its process from others; parameters do not, a scenario opens with its own."""
    environ = tuple(sorted(contestant.environ.items()))
    program = tuple(contestant.program)
    return contestant.model, contestant.python, contestant.tree, environ, program


def _assign_slots(meetings: Sequence[Sequence[Contestant]]) -> dict[tuple[str, Kind], Slot]:
    """Assign to everybody the first slot of its kind that nobody has whom it meets."""
    met: dict[tuple[str, Kind], set[tuple[str, Kind]]] = {}
    for contestants in meetings:
        here = [(contestant.name, _kind(contestant)) for contestant in contestants]
        for entered in here:
            met.setdefault(entered, set()).update(here)
    slots: dict[tuple[str, Kind], Slot] = {}
    for entered, others in met.items():
        taken = {slots[other] for other in others if other in slots}
        _, kind = entered
        slots[entered] = next(slot for number in count() if (slot := (kind, number)) not in taken)
    return slots
