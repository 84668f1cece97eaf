"""Who sends the load of a run: a process of this machine, or whoever is put in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from waitbench.loadtest.seen import ask
from waitbench.race.worker_process import WorkerProcess
from waitbench.services.http_client import HOST

if TYPE_CHECKING:
    from waitbench.loadtest.facts import StepFacts
    from waitbench.loadtest.order import Order
    from waitbench.system.interrupt import Interrupt

STEP_WITHIN_S = 45.0
"""Longest that a generator may take for one step: its time, its patience and a probe's."""


class Generator(Protocol):
    """What carries out steps.

    Attributes:
        host: where it reaches the servers; they listen there.
    """

    @property
    def host(self) -> str:
        """Address of this machine."""
        ...

    def ask(self, order: Order) -> StepFacts:
        """Carry out one step.

        Raises:
            ContestantError: it failed, died, or did not answer in time.
            InterruptedRaceError: a stop was requested meanwhile.
        """
        ...

    def stop(self) -> None:
        """End with nothing left; safe to call twice."""
        ...


Start = Callable[["Interrupt"], Generator]
"""Starts who carries out the steps of one launch."""


class OneGenerator:
    """A generator that is a process of this machine.

    Args:
        interrupt: what may cut a wait short.
    """

    host = HOST

    def __init__(self, interrupt: Interrupt) -> None:
        self._process = WorkerProcess("load", interrupt, module="loadtest.generator")
        try:
            self._process.greet()
        except BaseException:
            self.stop()
            raise

    def ask(self, order: Order) -> StepFacts:
        """Carry out one step, as `Generator` says."""
        return ask(self._process, order, STEP_WITHIN_S)

    def stop(self) -> None:
        """End it."""
        self._process.stop()
