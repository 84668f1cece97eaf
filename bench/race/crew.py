"""The workers of one launch, one for each model; a dead one is replaced for the next heat."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from bench.race.contestant import Contestant, ContestantError, Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Crew:
    """Leaving its block ends every worker, whatever state it is in."""

    def __init__(self, interrupt: Interrupt, workloads: Sequence[str]) -> None:
        self._interrupt = interrupt
        self._workloads = workloads
        self._members: dict[str, Contestant] = {}
        self._ungreeted: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for contestant in self._members.values():
            contestant.say_goodbye()
        for contestant in self._members.values():
            contestant.leave()

    def enlist(self, models: Iterable[str]) -> None:
        """Start the workers all at once: starting overlaps with starting, never with a round."""
        for model in models:
            self._start(model)
        for model in tuple(self._ungreeted):
            with suppress(ContestantError):  # said again when its first heat asks for it
                self.ready_member(model)

    def ready_member(self, model: str) -> Contestant:
        """Give the worker of this model for a new heat, a fresh one if the last one is dead.

        Raises:
            ContestantError: it does not start.
        """
        if not self._members[model].alive:
            self._members[model].kill()
            self._start(model)
        if model in self._ungreeted:
            self._members[model].greet()
            self._ungreeted.remove(model)
        return self._members[model]

    def member(self, model: str) -> Contestant:
        """Give the worker of this model, dead or alive."""
        return self._members[model]

    def ask_if_alive(
        self, model: str, operation: str, *, within_s: float, **arguments: Any
    ) -> None:
        """Ask, and let a failure be: its row has said why already, or nothing depends on it."""
        if self._members[model].alive:
            with suppress(ContestantError):
                self._members[model].ask(operation, within_s=within_s, **arguments)

    def _start(self, model: str) -> None:
        self._members[model] = Contestant(model, self._interrupt, self._workloads)
        self._ungreeted.add(model)
