"""The workers of one launch, few for many heats; a dead one is replaced for the next heat."""

from __future__ import annotations

import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.race.contestant import CHECKOUT, Contestant, ContestantError, Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.scenario import Entrant

Kind = tuple[str, str | None, str | None, tuple[tuple[str, str], ...]]
"""What makes a process what it is: model, interpreter, tree and environment."""
Seat = tuple[Kind, int]
"""A worker: the first of its kind, the second …"""


class Crew:
    """Leaving its block ends every worker, whatever state it is in."""

    def __init__(self, interrupt: Interrupt) -> None:
        self._interrupt = interrupt
        self._seats: dict[tuple[str, Kind], Seat] = {}
        self._workloads: dict[Seat, list[str]] = {}
        self._members: dict[Seat, Contestant] = {}
        self._ungreeted: set[Seat] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for contestant in self._members.values():
            contestant.say_goodbye()
        for contestant in self._members.values():
            contestant.leave()

    def enlist(self, heats: Iterable[tuple[Sequence[Entrant], str]]) -> None:
        """Start the workers all at once: starting overlaps with starting, never with a round.

        Entrants whose processes are alike share one, unless they meet in a heat: what a launch
        costs is how many processes it starts. Who has the same name has the same worker in all.

        Args:
            heats: who meets in each of them, and the workload that they run there.
        """
        field = list(heats)
        self._seats = _seated([entrants for entrants, _ in field])
        first: dict[Seat, Entrant] = {}
        for entrants, workload in field:
            for entrant in entrants:
                seat = self._seat(entrant)
                first.setdefault(seat, entrant)
                wanted = self._workloads.setdefault(seat, [])
                if workload not in wanted:
                    wanted.append(workload)
        for entrant in first.values():
            self._start(entrant)
        for seat in tuple(self._ungreeted):
            with suppress(ContestantError):  # said again when its first heat asks for it
                self._members[seat].greet()
                self._ungreeted.remove(seat)

    def ready_member(self, entrant: Entrant) -> Contestant:
        """Give its worker for a new heat, a fresh one if the last one is dead.

        Raises:
            ContestantError: it does not start.
        """
        seat = self._seat(entrant)
        if not self._members[seat].alive:
            self._members[seat].kill()
            self._start(entrant)
        if seat in self._ungreeted:
            self._members[seat].greet()
            self._ungreeted.remove(seat)
        return self._members[seat]

    def member(self, entrant: Entrant) -> Contestant:
        """Give its worker, dead or alive."""
        return self._members[self._seat(entrant)]

    def ask_if_alive(
        self, entrant: Entrant, operation: str, *, within_s: float, **arguments: Any
    ) -> None:
        """Ask, and let a failure be: its row has said why already, or nothing depends on it."""
        member = self.member(entrant)
        if member.alive:
            with suppress(ContestantError):
                member.ask(operation, within_s=within_s, **arguments)

    def _start(self, entrant: Entrant) -> None:
        seat = self._seat(entrant)
        self._members[seat] = Contestant(
            entrant.model,
            self._interrupt,
            self._workloads[seat],
            python=entrant.python or sys.executable,
            tree=Path(entrant.tree or CHECKOUT),
            environ=entrant.environ,
        )
        self._ungreeted.add(seat)

    def _seat(self, entrant: Entrant) -> Seat:
        return self._seats[entrant.name, _kind(entrant)]


def _kind(entrant: Entrant) -> Kind:
    """Name what tells its process from others; parameters do not, a scenario opens with its own."""
    environ = tuple(sorted(entrant.environ.items()))
    return entrant.model, entrant.python, entrant.tree, environ


def _seated(heats: Sequence[Sequence[Entrant]]) -> dict[tuple[str, Kind], Seat]:
    """Give everybody the first seat of its kind that nobody has whom it meets."""
    met: dict[tuple[str, Kind], set[tuple[str, Kind]]] = {}
    for entrants in heats:
        here = [(entrant.name, _kind(entrant)) for entrant in entrants]
        for member in here:
            met.setdefault(member, set()).update(here)
    seats: dict[tuple[str, Kind], Seat] = {}
    for member, others in met.items():
        taken = {seats[other] for other in others if other in seats}
        seats[member] = next(
            seat for number in count() if (seat := (member[1], number)) not in taken
        )
    return seats
