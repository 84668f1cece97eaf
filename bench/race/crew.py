"""The workers of one launch, one for each entrant; a dead one is replaced for the next heat."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.race.contestant import CHECKOUT, Contestant, ContestantError, Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.scenario import Entrant

Post = tuple[str, str, str | None, str | None, tuple[tuple[str, str], ...]]
"""What makes a process what it is: entrants who are alike in it share their worker."""


class Crew:
    """Leaving its block ends every worker, whatever state it is in."""

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._workloads: dict[Post, list[str]] = {}
        self._members: dict[Post, Contestant] = {}
        self._ungreeted: set[Post] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for contestant in self._members.values():
            contestant.say_goodbye()
        for contestant in self._members.values():
            contestant.leave()

    def enlist(self, work: Iterable[tuple[Entrant, str]]) -> None:
        """Start the workers all at once: starting overlaps with starting, never with a round.

        Args:
            work: each entrant with the workloads that it is going to run, a pair for each.
        """
        entrants: dict[Post, Entrant] = {}
        for entrant, workload in work:
            entrants.setdefault(_post(entrant), entrant)
            wanted = self._workloads.setdefault(_post(entrant), [])
            if workload not in wanted:
                wanted.append(workload)
        for post, entrant in entrants.items():
            if post not in self._members:
                self._start(entrant)
        for post in tuple(self._ungreeted):
            with suppress(ContestantError):  # said again when its first heat asks for it
                self._members[post].greet()
                self._ungreeted.remove(post)

    def ready_member(self, entrant: Entrant) -> Contestant:
        """Give its worker for a new heat, a fresh one if the last one is dead.

        Raises:
            ContestantError: it does not start.
        """
        post = _post(entrant)
        if not self._members[post].alive:
            self._members[post].kill()
            self._start(entrant)
        if post in self._ungreeted:
            self._members[post].greet()
            self._ungreeted.remove(post)
        return self._members[post]

    def member(self, entrant: Entrant) -> Contestant:
        """Give its worker, dead or alive."""
        return self._members[_post(entrant)]

    def ask_if_alive(
        self, entrant: Entrant, operation: str, *, within_s: float, **arguments: Any
    ) -> None:
        """Ask, and let a failure be: its row has said why already, or nothing depends on it."""
        member = self.member(entrant)
        if member.alive:
            with suppress(ContestantError):
                member.ask(operation, within_s=within_s, **arguments)

    def _start(self, entrant: Entrant) -> None:
        post = _post(entrant)
        self._members[post] = Contestant(
            entrant.model,
            self._interrupt,
            self._workloads[post],
            python=entrant.python or sys.executable,
            tree=Path(entrant.tree or CHECKOUT),
            environ=entrant.environ,
        )
        self._ungreeted.add(post)


def _post(entrant: Entrant) -> Post:
    """Name what tells its process from others; parameters do not, a scenario opens with its own."""
    environ = tuple(sorted(entrant.environ.items()))
    return entrant.name, entrant.model, entrant.python, entrant.tree, environ
