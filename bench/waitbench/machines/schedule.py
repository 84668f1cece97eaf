"""Which launch is attempted where: each is counted once, however often machines are lost."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ATTEMPTS = 3
"""A launch that so many machines were lost with, or failed in, is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a launch.

    Attributes:
        launch: its number.
        number: which try it is, from 1.
        token: of this try alone, made before anybody is told of it.
        worker: who was given it.
    """

    launch: int
    number: int
    token: str
    worker: str


@dataclass(slots=True, kw_only=True)
class Schedule:
    """Launches that wait, that are under way, that are over.

    Attributes:
        waiting: launches that nobody has, with the number of tries so far.
        running: tries under way, by their token.
        over: launches that were measured.
        given_up: launches that were tried too often.
        late: tokens whose result came after the launch was given to somebody else.
    """

    waiting: deque[tuple[int, int]] = field(default_factory=deque)
    running: dict[str, Attempt] = field(default_factory=dict)
    over: set[int] = field(default_factory=set)
    given_up: list[int] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    _run: str = field(default_factory=lambda: secrets.token_hex(6))
    _tokens: int = 0

    @classmethod
    def of(cls, launches: Iterable[int]) -> Schedule:
        """Return the schedule of launches of which none has begun."""
        return cls(waiting=deque((launch, 0) for launch in launches))

    @property
    def ended(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self.waiting and not self.running

    def take(self, worker: str) -> Attempt | None:
        """Give a worker that is free the next launch; None where there is none."""
        if not self.waiting:
            return None
        launch, tries = self.waiting.popleft()
        self._tokens += 1
        attempt = Attempt(
            launch=launch,
            number=tries + 1,
            token=f"{self._run}-{self._tokens}",
            worker=worker,
        )
        self.running[attempt.token] = attempt
        return attempt

    def done(self, token: str) -> bool:
        """Book the result of a try; False where it is not to be counted."""
        attempt = self.running.pop(token, None)
        if attempt is None:
            self.late.append(token)
            return False
        self.over.add(attempt.launch)
        return True

    def lost(self, token: str, *, tried: bool = True) -> bool:
        """Let the launch of a try wait again, first of all; False where it is given up.

        Args:
            token: of the try.
            tried: whether it counts as one: it does not where the worker never began.
        """
        attempt = self.running.pop(token)
        if attempt.number >= MOST_ATTEMPTS and tried:
            self.given_up.append(attempt.launch)
            return False
        self.waiting.appendleft((attempt.launch, attempt.number - (not tried)))
        return True
