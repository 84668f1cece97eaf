"""Predictions in, the raced out: the best of them, then other widths."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench.advisor.race import ROUNDS, contestants, outcomes, race
from waitbench.advisor.second_race import other_widths, wider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.question import Question
    from waitbench.advisor.race import Raced
    from waitbench.race.record import RaceRecord
    from waitbench.scenario import Contestant

BEST = 2
"""So many predictions are put to the race."""
FEWEST_S = 4.5
"""A shorter race tells nothing."""
AGAIN = 0.4
"""Share of the last part: for other widths of a model where the race does not bear it out, else
for the fastest and twice its width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Races:
    """What the races of one callable have in common.

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
        """Race the best predictions; the last part is for other widths.

        Args:
            predicted: of every model, the most promising first.
            ends_s: by when, on the monotonic clock.

        Returns:
            Sync first.

        Raises:
            KeyboardInterrupt: somebody stopped it before anything was known.
        """
        left_s = max(FEWEST_S, ends_s - time.monotonic())
        later_s = AGAIN * left_s if AGAIN * left_s >= FEWEST_S else 0.0
        entered = contestants(self._chosen(predicted), self.question)
        self.say(f"racing {_names(entered)}, {self.calls} calls a round, for about {left_s:.0f} s")
        record = self._race(entered, left_s - later_s, self.most_calls)
        raced = outcomes(record)
        if record.interrupted and not any(result.times for result in raced):
            raise KeyboardInterrupt
        left = self.most_calls - record.tasks_run
        if record.interrupted or not later_s or left < self.calls * ROUNDS:
            return raced
        doubted = other_widths(self.fitted, self.calls, raced)
        later_s = min(later_s, ends_s - time.monotonic())
        if not doubted and later_s < FEWEST_S:  # the first race took longer than it was to
            return raced
        later_s = max(FEWEST_S, later_s)
        if others := doubted or wider(self.fitted, self.calls, raced):
            entered = contestants(others, replace(self.question, present=None))
            wrong = f"the model was wrong about {others[0].model}: " if doubted else ""
            self.say(f"{wrong}the last {later_s:.0f} s go to {_names(entered)}")
        record.extend(self._race(entered, later_s, left), renumber=record.next_launch)
        return [result for result in outcomes(record) if result.wall_ns or result.failure]

    def _chosen(self, predicted: Sequence[Prediction]) -> list[Prediction]:
        """Take the best that can be raced; asyncio only where its form was given."""
        awaited = bool(self.question.coroutine)
        able = [prediction for prediction in predicted if prediction.model != "asyncio" or awaited]
        return able[: BEST + awaited]

    def _race(self, entered: Sequence[Contestant], budget_s: float, most_calls: int) -> RaceRecord:
        return race(self.question, entered, self.calls, self.answers, budget_s, most_calls)


def _names(entered: Sequence[Contestant]) -> str:
    return ", ".join(contestant.name for contestant in entered)
