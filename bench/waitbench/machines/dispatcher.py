"""Launches given out to the workers of a cluster one by one, until each was measured once.

Dask is a queue here, never a counter: it may run a task twice and lose what it had. Each try has a
token of its own, made before it is submitted, and what counts is the first answer to the try that
is waited for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from waitbench.machines import muster, task
from waitbench.machines.cluster import SchedulerLostError
from waitbench.machines.schedule import MOST_ATTEMPTS, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Crew, Member

LOOKS_EVERY_S, ASKS_EVERY_S = 0.2, 1.0
NOBODY_FOR_S = 60.0
"""So long may there be nobody to measure; then what was measured is all there is."""
GRACE_S = 20.0
"""A machine that says nothing so long after a launch's limit is given no more launches."""


class Work(Protocol):
    """What is given out.

    Attributes:
        noun: what one piece is called: a launch, a part.
    """

    noun: str

    @property
    def within_s(self) -> float:
        """The longest that a piece may take."""
        ...

    def order(self, number: int, member: Member) -> bytes:
        """Return a piece as the machine of a worker is told of it."""
        ...

    def book(self, number: int, answer: str) -> str:
        """Take in what a machine answered; return why it refused, empty where it measured."""
        ...

    def incident(self, sentence: str) -> None:
        """Keep a sentence on what went wrong."""
        ...


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """One work on a cluster, under way.

    Attributes:
        cluster: whose workers measure.
        crew: those of them that may.
        schedule: the pieces of the work.
        work: what they are.
    """

    cluster: Cluster
    crew: Crew
    schedule: Schedule
    work: Work
    futures: dict[str, Any] = field(default_factory=dict)
    began_s: dict[str, float] = field(default_factory=dict)

    def muster(self) -> str:
        """Take in who may measure, and return how many they are.

        Raises:
            BenchError: there is nobody; says why each is refused.
        """
        return muster.mustered(self.cluster, self.crew, self.work.incident)

    def run(self, stop: Callable[[], bool]) -> bool:
        """Return whether all pieces were measured, each by whoever was free.

        However it ends, nothing goes on that nobody waits for.
        """
        try:
            return self._run(stop)
        except SchedulerLostError as lost:
            over = len(self.schedule.over)
            many = over + len(self.schedule.waiting) + len(self.schedule.running)
            self.work.incident(f"{lost} when {over} of {many} were measured")
            return False
        finally:
            self.cluster.cancel([*self.futures.values()])

    def _run(self, stop: Callable[[], bool]) -> bool:
        asked_s = alive_s = time.monotonic()
        while not self.schedule.ended:
            if stop():
                return False
            now_s = time.monotonic()
            if now_s - asked_s >= ASKS_EVERY_S:
                self._look(now_s)
                asked_s = time.monotonic()
            self._give_out()
            alive_s = now_s if self.crew.members else alive_s
            if now_s - alive_s > NOBODY_FOR_S:
                self.work.incident(f"no machine was left for {NOBODY_FOR_S:g} s")
                return False
            self._collect()
        return True

    def _give_out(self) -> None:
        for member in self.crew.free:
            attempt = self.schedule.take(member.address)
            if attempt is None:
                return
            member.token = attempt.token
            self.began_s[attempt.token] = time.monotonic()
            self.futures[attempt.token] = self.cluster.submit(
                self.work.order(attempt.launch, member), attempt.token, self.work.within_s, member
            )

    def _collect(self) -> None:
        """Book what has come in."""
        tokens = {id(future): token for token, future in self.futures.items()}
        for future in self.cluster.wait([*self.futures.values()], LOOKS_EVERY_S):
            token = tokens[id(future)]
            outcome, text = self.cluster.outcome(future)
            del self.futures[token], self.began_s[token]
            member = self._holder(token)
            if member:
                member.token = ""
            if outcome == "answer":
                self._answered(token, text)
            elif outcome == task.TWICE:
                self._again(token, "a second run of it was begun there and not counted")
            else:
                if outcome == task.OVERDUE and member:
                    self.crew.drop(member.address)
                self._again(token, text or outcome)

    def _answered(self, token: str, text: str) -> None:
        attempt = self.schedule.running[token]
        if refused := self.work.book(attempt.launch, text):
            self.crew.drop(attempt.worker, refused)
            self._again(token, refused, tried=False)
        else:
            self.schedule.done(token)

    def _look(self, now_s: float) -> None:
        """Find out who has come, who has gone, and who takes too long."""
        workers = self.cluster.workers()
        for member in self.crew.gone(workers):
            if member.token in self.futures:
                self._abandon(member.token, "its machine was lost")
        late = now_s - self.work.within_s - GRACE_S
        for token in [token for token, began_s in self.began_s.items() if began_s < late]:
            if holder := self._holder(token):
                self.crew.drop(holder.address)
            self._abandon(token, "its machine did not answer in time")
        for why in muster.taken_in(self.cluster, self.crew, workers):
            self.work.incident(f"1 machine left out: {why}")

    def _abandon(self, token: str, why: str) -> None:
        del self.began_s[token]
        self.cluster.cancel([self.futures.pop(token)])
        self._again(token, why)

    def _again(self, token: str, why: str, *, tried: bool = True) -> None:
        piece = f"{self.work.noun} {self.schedule.running[token].launch + 1}"
        if self.schedule.lost(token, tried=tried):
            self.work.incident(f"{piece} goes to another machine: {why}")
        else:
            self.work.incident(f"{piece} was given up after {MOST_ATTEMPTS} tries: {why}")

    def _holder(self, token: str) -> Member | None:
        return next((each for each in self.crew.members.values() if each.token == token), None)
