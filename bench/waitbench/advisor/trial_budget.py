"""A question in, how many calls and how much time short trials may take out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.advisor.question import Question

ALONE_S = 0.1
"""So long the calls alone last that go before and after a round of several at once, about."""
TURNS = 4
"""Rounds of each model at a width; as many as tell a moment of the machine from the calls."""
RERUNS = 3
"""So many turns more are taken where others disturbed those that were."""
CALLS_SHARE = 0.5
"""Share of the calls that trials may make; the rest is the race's."""
TIME_SHARE = 0.3
"""Share of the minutes after which one turn is enough; the rest is the race's."""
EACH = 4
"""A round has about so many times the calls that are made alone beside it; more where calls wait,
so that it lasts about as long: else what its start and its end take weighs too much."""
SETTLED = 4
"""Calls of each worker, if a call is short: in the first all want the same at the same time."""
MOST_OF_A_ROUND = 240
"""Calls of a round here and in the race: what a round itself takes then weighs alike."""
MOST_ALONE = 200
"""Calls alone beside a round: more of very short ones would not be surer."""
TRIALS = 7
"""Trials among which the calls are shared out: three of threads, two of the others."""


class TrialBudget:
    """Counts the calls that are made, and sizes rounds by how long a call takes.

    Attributes:
        made: how many calls were made so far.
    """

    def __init__(self, question: Question, alone_ns: float, *, waits: bool) -> None:
        self._alone_ns, self._waits = alone_ns, waits
        self._most = int(question.calls * CALLS_SHARE)
        self._ends_s = time.monotonic() + TIME_SHARE * question.minutes * 60
        self.made = 0

    def affords(self, calls: int) -> bool:
        """Check whether there are so many calls left, and time."""
        return self.made + calls <= self._most and time.monotonic() <= self._ends_s

    def sizes(self, width: int) -> tuple[int, int]:
        """Return how many calls are made alone, and how many a round of several at once has."""
        fit = round(ALONE_S * 1e9 / max(1.0, self._alone_ns))
        fair = self._most // TRIALS // (EACH + 1) // TURNS
        few = max(1, min(fit, fair, MOST_ALONE))
        times = width if self._waits else min(EACH, width)
        each = max(min(few * times, EACH * fair, MOST_OF_A_ROUND) // width, min(few, SETTLED))
        return few, width * each
