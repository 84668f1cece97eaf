"""Tasks on one loop, of which a share makes a call that blocks; the others wait in short steps."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads import _ways
from waitbench.workloads._heartbeat import BEAT_NS, Heartbeat
from waitbench.workloads._overlaps import most_at_once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from waitbench.scenario import TaskSpan
    from waitbench.workloads._heartbeat import Late
    from waitbench.workloads._ways import Call

STEPS = 5
"""Sleeps of a task that only waits; together as long as the call is meant to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one task gives.

    Attributes:
        span: of its call; None for a task that only waited.
        late: the loop's late beats while any task was under way; empty where there is no loop.
    """

    span: TaskSpan | None
    late: Sequence[Late] = ()


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who of the tasks makes the call, spread evenly over their numbers.

    Attributes:
        share: of the tasks that make it, exact.
        length_ns: how long the others wait.
    """

    share: Fraction
    length_ns: int

    @classmethod
    def of(cls, share: str, length_ns: int) -> Crowd:
        """Read the share of the tasks that make the call.

        Raises:
            BenchError: not a number above 0 and up to 1.
        """
        try:
            part = Fraction(share)
        except (ValueError, ZeroDivisionError):
            part = Fraction(0)
        if not 0 < part <= 1:
            raise BenchError(f"share={share!r} is not a share of the tasks; write it like 0.25")
        return cls(part, length_ns)

    def calls(self, number: int) -> bool:
        """Whether this task makes the call: of every 1 / share tasks the last one does."""
        return int((number + 1) * self.share) > int(number * self.share)

    def plain(self, call: Call) -> Callable[[int], Outcome]:
        """Return the task for models without a loop."""
        seconds = self.length_ns / 1e9

        def task(number: int) -> Outcome:
            if self.calls(number):
                return Outcome(span=_ways.clocked(call, number))
            time.sleep(seconds)
            return Outcome(span=None)

        return task

    def on_loop(
        self, call: Callable[[int], Awaitable[TaskSpan]]
    ) -> Callable[[int], Awaitable[Outcome]]:
        """Return the task for a loop whose heartbeat is watched."""
        heart, pause_s = Heartbeat(), self.length_ns / 1e9 / STEPS

        async def task(number: int) -> Outcome:
            late = heart.enter()
            try:
                if self.calls(number):
                    return Outcome(span=await call(number), late=late)
                for _ in range(STEPS):
                    await asyncio.sleep(pause_s)
                return Outcome(span=None, late=late)
            finally:
                heart.leave()

        return task

    def check(self, number: int, outcome: Outcome) -> None:
        """Raise WrongResultError unless it made the call exactly if it was to."""
        if self.calls(number) != (outcome.span is not None):
            made = "made no call" if outcome.span is None else "made a call"
            raise WrongResultError(f"task {number} {made}, and should have done otherwise")


def metrics(outcomes: Sequence[Outcome]) -> Mapping[str, float]:
    """Return the figures of a round.

    Returns:
        `standstill_ns`, the longest that the loop stood still; `lag_p50_ns`, how late half of its
        beats came; `stood_share`, how much of the time from the first call's start to the last
        one's end it stood still, in pieces of a beat or more; `call_p50_ns`, the median time of a
        call where it ran; `most_at_once`, how many calls ran side by side at most.
    """
    # Tasks that were under way together share one list, which must not be counted twice.
    lists = {id(outcome.late): outcome.late for outcome in outcomes}.values()
    late = [beat for beats in lists for beat in beats]
    spans = [outcome.span for outcome in outcomes if outcome.span is not None]
    figures: dict[str, float] = {}
    if late:
        late_ns = [came - due for due, came in late]
        figures |= {"standstill_ns": max(late_ns), "lag_p50_ns": median(late_ns)}
    if late and spans:
        figures["stood_share"] = stood_share(late, spans)
    if spans:
        figures["call_p50_ns"] = median(end - start for start, end, _ in spans)
        figures["most_at_once"] = most_at_once((start, end) for start, end, _ in spans)
    return figures


def stood_share(late: Sequence[Late], spans: Sequence[TaskSpan]) -> float:
    """Share of the time of the calls in which a beat was due, and came a beat late or more."""
    first = min(start for start, _, _ in spans)
    last = max(end for _, end, _ in spans)
    stood_ns = sum(
        max(0, min(came, last) - max(due, first)) for due, came in late if came - due >= BEAT_NS
    )
    return stood_ns / max(1, last - first)
