"""The workers of one launch, one for each entrant; a dead one is replaced for the next heat."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.race.contestant import CHECKOUT, Contestant, ContestantError, Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.scenario import Entrant


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

    def enlist(self, entrants: Iterable[Entrant]) -> None:
        """Start the workers all at once: starting overlaps with starting, never with a round."""
        for entrant in entrants:
            if entrant.name not in self._members:
                self._start(entrant)
        for name in tuple(self._ungreeted):
            with suppress(ContestantError):  # said again when its first heat asks for it
                self._members[name].greet()
                self._ungreeted.remove(name)

    def ready_member(self, entrant: Entrant) -> Contestant:
        """Give its worker for a new heat, a fresh one if the last one is dead.

        Raises:
            ContestantError: it does not start.
        """
        name = entrant.name
        if not self._members[name].alive:
            self._members[name].kill()
            self._start(entrant)
        if name in self._ungreeted:
            self._members[name].greet()
            self._ungreeted.remove(name)
        return self._members[name]

    def member(self, name: str) -> Contestant:
        """Give the worker of the entrant of this name, dead or alive."""
        return self._members[name]

    def ask_if_alive(self, name: str, operation: str, *, within_s: float, **arguments: Any) -> None:
        """Ask, and let a failure be: its row has said why already, or nothing depends on it."""
        if self._members[name].alive:
            with suppress(ContestantError):
                self._members[name].ask(operation, within_s=within_s, **arguments)

    def _start(self, entrant: Entrant) -> None:
        self._members[entrant.name] = Contestant(
            entrant.model,
            self._interrupt,
            self._workloads,
            python=entrant.python or sys.executable,
            tree=Path(entrant.tree or CHECKOUT),
        )
        self._ungreeted.add(entrant.name)
