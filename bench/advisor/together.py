"""Open workers in, what several calls at once take out: rounds in turn, calls alone between."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import cycle
from statistics import geometric_mean, median
from typing import TYPE_CHECKING

from bench import machine
from bench.profiling import share
from bench.race.rest import wait_for_rest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.advisor.question import Question
    from bench.profiling.share import Share
    from bench.race.contestant import Contestant

PAIR = 2
"""The fewest that are several."""
ALONE_S = 0.1
"""So long the calls alone last that go before and after a round of several at once, about."""
TURNS = 6
PARTS = 2
"""So often a pair is tried, its turns shared out: a machine's cores have moments, some seconds
long, in which they hinder each other more (two that a virtual machine has of one real core)."""
FEWEST_CALM = 4
RERUNS = 3
"""So many turns more are taken where others disturbed those that were."""
TRIALS = 0.4
"""Share of the minutes after which one turn is enough; the rest is the race's."""
EACH = 4
"""A round has about so many times the calls that are made alone beside it; more where calls wait,
so that it lasts about as long: else what its start and its end take weighs too much."""
WAITS_FROM = 0.5
"""Share of waiting from which a call counts as one that waits."""
LITTLE = 0.01
"""Share of a call up to which helpers hardly matter: with more it needs other cores as well."""
SETTLED = 4
"""Calls of each worker, if a call is short: in the first all want the same at the same time."""
MOST = 240
"""Calls of a round, as in the race: what a round itself takes weighs alike."""
MOST_ALONE = 200
LEAST_NS = 1.0
CREWS = 7
"""Trials among which half of the calls are shared out: three of threads, two of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Several calls at once: how many, at which width, and what a round of them took.

    Attributes:
        width: how many were under way at once.
        calls: how many a round had.
        wall_ns: of a round, as if a call alone took what it took when it was watched: the median
            ratio to calls made alone right before and after, so that a slow moment hits both.
        cpu_ns: CPU of a call.
        disturbed: whether other programs took cores in every round of it.
        undelayed_ns: the same wall without the time that workers stood ready and had no core: it
            may be less than a round takes, since they queue for each other's cores as well.
    """

    width: int
    calls: int
    wall_ns: float
    cpu_ns: float
    disturbed: bool = False
    undelayed_ns: float = 0.0

    def joined(self, later: Trial) -> Trial:
        """Return the geometric mean of this and a later trial, as far as they were calm."""
        if self.disturbed != later.disturbed:
            return later if self.disturbed else self
        undelayed_ns = (max(LEAST_NS, trial.undelayed_ns) for trial in (self, later))
        return replace(
            self,
            wall_ns=geometric_mean((self.wall_ns, later.wall_ns)),
            cpu_ns=geometric_mean(max(LEAST_NS, trial.cpu_ns) for trial in (self, later)),
            undelayed_ns=geometric_mean(undelayed_ns),
        )


@dataclass(slots=True)
class Trials:
    """What came of models that took turns: by model, a trial, or why there is none."""

    done: dict[str, Trial] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Budget:
    """Sizes trials by how long a call takes, counts the calls, and makes some alone between."""

    def __init__(self, question: Question, seen: Share, alone: Contestant) -> None:
        self._each_ns, self._held_ns = seen.demand.alone_ns, seen.demand.held_ns
        self._waits = seen.demand.waiting > WAITS_FROM
        # A machine's cores differ in pace, each for itself; a call alone would keep to one of them.
        alike = seen.demand.helped_ns < LITTLE * seen.demand.alone_ns and not self._waits
        self._cores = cycle(machine.cores_to_pin() if alike else (None,))
        self._alone = alone
        self._present = [alone]
        self._within_s = question.call_s
        self._most = question.calls // 2
        self._ends_s = time.monotonic() + TRIALS * question.minutes * 60
        self.made = 0

    def trials(self, workers: Sequence[Contestant], width: int, turns: int = TURNS) -> Trials:
        """Let several models take turns at a width, so that no moment of the machine is one's own.

        The order is reversed with every turn. One that fails takes no further turn. More than the
        first is not tried where time or calls are short. A round of calls that wait is run twice,
        and the second counts: it is short, and a core's caches are full of what others did.

        Args:
            workers: open at this width.
            width: how many calls are under way at once.
            turns: so many, and up to `RERUNS` more where others disturbed those.
        """
        few, calls = self._sizes(width)
        turn_calls = len(workers) * (calls * (1 + self._waits) + few)
        outcome = Trials()
        first = self._present == [self._alone]
        if not first and not self._affords(len(workers) * width + few + turn_calls):
            return outcome
        self._present = [self._alone, *workers]
        rounds: dict[str, list[_Round]] = {worker.model: [] for worker in workers}
        for worker in workers:
            self._tried(worker, width, width, outcome)  # to warm up
        before = self._round(self._alone, few, 1)
        for turn in range(turns + RERUNS):
            if turn and (_enough(rounds, turns) or not self._affords(turn_calls)):
                break
            for worker in reversed(workers) if turn % 2 else workers:
                if worker.model not in outcome.failed:
                    came = self._tried(worker, calls, width, outcome, again=self._waits)
                    after = self._round(self._alone, few, 1)
                    if came:
                        rounds[worker.model].append(_beside(came, before, after))
                    before = after
        for model, taken in rounds.items():
            if model not in outcome.failed:
                outcome.done[model] = self._trial(width, calls, taken)
        return outcome

    def _affords(self, calls: int) -> bool:
        return self.made + calls <= self._most and time.monotonic() <= self._ends_s

    def _sizes(self, width: int) -> tuple[int, int]:
        """Return how many calls are made alone, and how many a round of several at once has."""
        fit = round(ALONE_S * 1e9 / max(1.0, self._each_ns))
        fair = self._most // CREWS // (EACH + 1) // TURNS
        few = max(1, min(fit, fair, MOST_ALONE))
        times = width if self._waits else min(EACH, width)
        each = max(min(few * times, EACH * fair, MOST) // width, min(few, SETTLED))
        return few, width * each

    def _tried(
        self, worker: Contestant, calls: int, width: int, outcome: Trials, *, again: bool = False
    ) -> _Round | None:
        """Run a round, or two and return the second; None where it failed, which is noted."""
        try:
            if again:
                self._round(worker, calls, width)
            return self._round(worker, calls, width)
        except share.CallError as wrong:
            outcome.failed[worker.model] = str(wrong)
            return None

    def _round(self, worker: Contestant, calls: int, width: int) -> _Round:
        self.made += calls
        resting = [other.pid for other in self._present if other is not worker]
        wait_for_rest(resting)
        core = next(self._cores) if worker is self._alone else None
        answer = share.called(worker, calls, self._within_s, resting=resting, core=core)
        wall_ns, delay_ns = answer["wall_ns"], max(0, answer["delay_ns"] or 0)
        stand_still = self._stand_still(worker.model, width, wall_ns / calls)
        return _Round(
            each_ns=wall_ns / calls,
            undelayed_ns=max(0.0, wall_ns - delay_ns * stand_still) / calls,
            cpu_ns=answer["cpu_ns"] / calls,
            calm=not answer["disturbed"],
        )

    def _stand_still(self, model: str, width: int, each_ns: float) -> float:
        """Return the share of the workers that stand still while one of them waits for a core.

        All of those on a loop. Of threads, also those that want the lock it holds: as many as the
        lock is busy.
        """
        busy = {"asyncio": 1.0, "threads": min(1.0, self._held_ns / each_ns)}.get(model, 0.0)
        return (1 + (width - 1) * busy) / width

    def _trial(self, width: int, calls: int, rounds: Sequence[_Round]) -> Trial:
        calm = [round_ for round_ in rounds if round_.calm]
        counted = calm or rounds
        all_ns = calls * self._each_ns
        return Trial(
            width=width,
            calls=calls,
            wall_ns=all_ns * median(round_.each_ns for round_ in counted),
            undelayed_ns=all_ns * median(round_.undelayed_ns for round_ in counted),
            cpu_ns=median(round_.cpu_ns for round_ in counted),
            disturbed=not calm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """A round: what one call of it took, in nanoseconds or in calls alone; whether all was calm."""

    each_ns: float
    undelayed_ns: float
    cpu_ns: float
    calm: bool


def _beside(came: _Round, before: _Round, after: _Round) -> _Round:
    """Return a round in units of a call made alone, right before it and right after."""
    return _Round(
        each_ns=came.each_ns / geometric_mean((before.each_ns, after.each_ns)),
        undelayed_ns=came.undelayed_ns
        / geometric_mean(max(LEAST_NS, round_.undelayed_ns) for round_ in (before, after)),
        cpu_ns=came.cpu_ns,
        calm=came.calm and before.calm and after.calm,
    )


def _enough(rounds: Mapping[str, Sequence[_Round]], turns: int) -> bool:
    """Check whether all have enough calm rounds, or none at all, so that more would not help."""
    live = [taken for taken in rounds.values() if taken]
    calm = [sum(round_.calm for round_ in taken) for taken in live]
    fewest = min(FEWEST_CALM, turns)
    return all(len(taken) >= turns for taken in live) and (not any(calm) or min(calm) >= fewest)
