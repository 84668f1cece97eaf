"""Predictions in, the raced out: a coarse grid of models and widths, whose better half goes on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.predict import predict, widest
from waitbench.advisor.race import contestants, outcomes, race
from waitbench.race.record import RaceRecord
from waitbench.race.scenario_launch import LEAST_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.question import Place, Question
    from waitbench.advisor.race import Raced

GRID: Mapping[str, Sequence[int]] = {
    "threads": (4, 16, 64),
    "asyncio": (4, 16, 64),
    "processes": (2, 4, 8, 16),
}
"""Widths of each model that are raced beside the one that was predicted best."""
HOPE = 0.5
"""Whoever is predicted to reach less of the best prediction is not raced."""
FINAL = 2
"""So many beside sync are in the last heat."""
HEAT_S = 4.0
"""A shorter heat tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Races:
    """What the heats of one callable have in common.

    Attributes:
        question: what is raced.
        fitted: the queueing model, fitted to the trials.
        calls: of a round.
        answers: path of a file with what the calls gave alone.
        most_calls: that may be made in all.
        say: takes what is about to happen, in sentences.
    """

    question: Question
    fitted: FittedModel
    calls: int
    answers: str
    most_calls: int
    say: Callable[[str], None]

    def run(self, predicted: Sequence[Prediction], ends_s: float) -> list[Raced]:
        """Race the grid, the better half of it, the better half of that, until two are left.

        Successive halving (Jamieson and Talwalkar 2016): each heat has as much time as any other,
        and what somebody did in earlier heats counts in the later ones. Without time or calls for
        all heats the first ones are left out, and the best predictions enter the next.

        Args:
            predicted: of every model, the most promising first.
            ends_s: by when, on the monotonic clock.

        Returns:
            Sync first.

        Raises:
            KeyboardInterrupt: somebody stopped it before anything was known.
        """
        left_s = max(HEAT_S, ends_s - time.monotonic())
        field = self.field(predicted)
        plan = self._affordable(heats(len(field)), left_s)
        live = sorted(field, key=lambda each: -each.times)[: plan[0]]
        names = ", ".join(each.name for each in contestants(live, self.question))
        on = " the better half of them again," if len(plan) > 1 else ""
        self.say(f"racing {names},{on} {self.calls} calls a round, for about {left_s:.0f} s")
        record = RaceRecord()
        for left, size in zip(range(len(plan), 0, -1), plan, strict=True):
            live = better(live, _times(record), size)
            share_s = (ends_s - time.monotonic()) / left
            if left > 1 and share_s < HEAT_S / 2:  # those before took longer than they were to
                continue
            heat = self._heat(live, max(HEAT_S, share_s), record, last=left == 1)
            record.extend(heat, renumber=record.next_launch)
            if heat.interrupted:
                break
        raced = outcomes(record)
        if record.interrupted and not any(result.times for result in raced):
            raise KeyboardInterrupt
        return [result for result in raced if result.wall_ns or result.failure]

    def field(self, predicted: Sequence[Prediction]) -> list[Prediction]:
        """Return who is raced: the best width of each model and the grid, as far as there is hope.

        Args:
            predicted: the best width of every model; asyncio is raced only where its form was
                given.
        """
        awaited = bool(self.question.coroutine)
        able = [each for each in predicted if each.model != "asyncio" or awaited]
        places: dict[Place, Prediction] = {each.place: each for each in able}
        for model in dict.fromkeys(each.model for each in able):
            most = int(widest(self.fitted, model, self.calls))
            for width in (min(width, most) for width in GRID[model]):
                if width >= PAIR and (model, width) not in places:
                    places[model, width] = predict(self.fitted, model, width, self.calls)
        hope = HOPE * max((each.times for each in places.values()), default=0.0)
        return [each for each in places.values() if each.times >= hope]

    def _affordable(self, plan: list[int], left_s: float) -> list[int]:
        """Leave heats out, the first ones first, until there are time and calls for the others."""
        beside = 1 + (self.question.present is not None)
        while len(plan) > 1:
            entered = sum(size + beside for size in plan) + 2 * (plan[-1] + beside)
            calls = entered * LEAST_ROUNDS * self.calls
            if HEAT_S * len(plan) <= left_s and calls <= self.most_calls:
                break
            plan = plan[1:]
        return plan

    def _heat(
        self, live: Sequence[Prediction], budget_s: float, before: RaceRecord, *, last: bool
    ) -> RaceRecord:
        return race(
            self.question,
            contestants(live, self.question),
            self.calls,
            self.answers,
            budget_s,
            self.most_calls - before.tasks_run,
            again=None if last else 1,
        )


def heats(entered: int) -> list[int]:
    """Return how many are in each heat: half of those before, rounded up, and two in the end."""
    return [entered] if entered <= FINAL else [entered, *heats(ceil(entered / 2))]


def better(live: Sequence[Prediction], times: Mapping[Place, float], size: int) -> list[Prediction]:
    """Return the fastest of those who were raced; all, where nobody was.

    Args:
        live: who is left.
        times: how many times faster than sync they were; whoever failed is not in it.
        size: how many go on.
    """
    return sorted(live, key=lambda each: -times.get(each.place, 0.0))[:size]


def _times(record: RaceRecord) -> dict[Place, float]:
    return {result.place: result.times.value for result in outcomes(record) if result.times}
