"""An open worker in, what several calls at once take out: rounds beside calls made alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.profiling import share

if TYPE_CHECKING:
    from bench.advisor.question import Question
    from bench.profiling.share import Share
    from bench.race.contestant import Contestant

PAIR = 2
"""The fewest that are several."""
TRIAL_S = 0.7
"""So long the calls alone last that go with a trial of several at once, about."""
ROUNDS = 5
FEWEST_CALM = 3
TRIALS = 0.4
"""Share of the minutes after which a trial has one round; the rest is the race's."""
RERUNS = 4
"""So many rounds more are run where others disturbed those that were."""
MOST = 400
"""Calls of a trial's round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Several calls at once: how many, at which width, and what a round of them took.

    Attributes:
        width: how many were under way at once.
        calls: how many a round had.
        wall_ns: of a round, as if a call alone took what it took when it was watched: the median
            ratio to calls made alone right before, so that a slow moment hits both.
        cpu_ns: CPU of a call.
    """

    width: int
    calls: int
    wall_ns: float
    cpu_ns: float


class Budget:
    """Sizes trials by how long a call takes, counts the calls, and makes some alone beside them."""

    def __init__(self, question: Question, seen: Share, alone: Contestant) -> None:
        self._each_ns = seen.demand.alone_ns
        self._alone = alone
        self._within_s = question.call_s
        self._left = max(2 * PAIR, question.calls // 8)
        self._ends_s = time.monotonic() + TRIALS * question.minutes * 60
        self.made = 0

    def trial(self, worker: Contestant, width: int) -> Trial:
        """Run some rounds at a width, the first to warm up; before each some calls alone."""
        fit = max(1, round(TRIAL_S * 1e9 / ROUNDS / max(1.0, self._each_ns)))
        few = min(fit, self._left // (ROUNDS + 1), MOST)
        calls = max(1, min(few, MOST // width)) * width
        share.called(worker, width, self._within_s)
        few = max(1, few)
        pairs = [self._beside(worker, few, calls)]
        for _ in range(ROUNDS - 1 + RERUNS):
            if time.monotonic() > self._ends_s:
                break
            if len(pairs) < ROUNDS or sum(one.calm for one in pairs) < FEWEST_CALM:
                pairs.append(self._beside(worker, few, calls))
        calm = [one for one in pairs if one.calm] or pairs
        self.made += width + (calls + few) * len(pairs)
        return Trial(
            width=width,
            calls=calls,
            wall_ns=median(one.ratio for one in calm) * self._each_ns,
            cpu_ns=median(one.cpu_ns for one in calm) / calls,
        )

    def _beside(self, worker: Contestant, few: int, calls: int) -> _Beside:
        """Make some calls alone, then a round of several at once."""
        alone = share.called(self._alone, few, self._within_s)
        answer = share.called(worker, calls, self._within_s)
        return _Beside(
            ratio=answer["wall_ns"] / (alone["wall_ns"] / few),
            cpu_ns=answer["cpu_ns"],
            calm=not (alone["disturbed"] or answer["disturbed"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """A round of several at once: its wall in calls alone, its CPU, and whether all was calm."""

    ratio: float
    cpu_ns: float
    calm: bool
