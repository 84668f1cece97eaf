"""How the time is shared out: among scenarios by what is left, among contestants evenly."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from waitbench.race.plan import Lineup, Settings
    from waitbench.scenario import Scenario

BLOCKS_AIM = 4
"""Blocks a launch should have: enough to see the spread within it."""
MOST_BLOCKS = 40
"""A machine's speed flips within tenths of a second: many short blocks pair better than few."""
MOST_REPEATS = 5
"""Rounds of a fast contestant within one block."""
SCENARIO_MOST_S = 6.0
"""One scenario in one launch gets no more than this, however few scenarios there are."""
LATE = 1.25
"""So many budgets may pass before no further launch is begun, where it is not shared out."""


def fits(now_s: float, block_s: float, ends_s: float) -> bool:
    """Whether more than half of another block is over by the end: late as often as early then."""
    return now_s + block_s / 2 < ends_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one scenario may take in one launch.

    Attributes:
        seconds: opening and warming up included.
        rounds_s: in their place, seconds that begin when all are warm; None where there are none.
        tasks: that may be run, warm-ups included.
    """

    seconds: float
    rounds_s: float | None = None
    tasks: float = inf


class RunBudget:
    """The seconds and tasks of a whole run: what one scenario saves, the later ones get.

    Launches count alike, so they get alike; within one, scenarios get by their weights.

    Args:
        plan: the scenarios of each launch.
        settings: of the race.
        weigh: a scenario's weight.
        clock: seconds that have passed since any moment.
    """

    def __init__(
        self,
        plan: Sequence[Lineup],
        settings: Settings,
        weigh: Callable[[Scenario], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan = [[scenario for scenario, _ in lineup] for lineup in plan]
        self._builds = {
            scenario.key: len({each.build for each in contestants})
            for lineup in plan
            for scenario, contestants in lineup
        }
        self._starts = [sum(len(contestants) for _, contestants in lineup) for lineup in plan]
        self._settings = settings
        self._weigh = weigh
        self._clock = clock
        self._began_s = self._share_began_s = clock()
        self._raced_s = 0.0
        self._least_s: dict[tuple[str, str], float] = defaultdict(float)
        self._shares_left = sum(map(len, self._plan))
        self._left_s = self._weights_left = 0.0

    @property
    def is_late(self) -> bool:
        """Whether no further launch should begin."""
        late_s = LATE * self._settings.budget_s
        return bool(self._settings.rounds_s) and self._spent_s > late_s

    def begin_launch(self, launch: int) -> None:
        """Share out anew what is left, now that the workers of this launch are up."""
        spent_s = self._spent_s
        # Later launches start up too: that is set aside.
        starts = sum(self._starts[: launch + 1]), sum(self._starts[launch + 1 :])
        aside_s = (spent_s - self._raced_s) / starts[0] * starts[1]
        weights = [sum(map(self._weigh, scenarios)) for scenarios in self._plan[launch:]]
        # What every scenario takes in any case is no part of what can be shared out.
        bound_s = sum(
            self._least_s[scenario.key] for later in self._plan[launch:] for scenario in later
        )
        left_s = self._settings.budget_s - spent_s - aside_s - bound_s
        self._left_s, self._weights_left = left_s * weights[0] / sum(weights), weights[0]

    def next_share(self, scenario: Scenario, tasks_run: int = 0) -> Share:
        """Return what the scenario may take now; its time begins.

        Args:
            scenario: the next one of the launch.
            tasks_run: tasks that the whole run has run so far.
        """
        self._share_began_s = self._clock()
        weight = self._weigh(scenario)
        part_s = max(0.0, self._left_s) * weight / max(weight, self._weights_left)
        most_tasks = self._settings.most_tasks
        return Share(
            seconds=self._least_s[scenario.key] + min(self._most_s(scenario), part_s),
            rounds_s=self._settings.rounds_s.get(scenario.key),
            tasks=inf if most_tasks is None else (most_tasks - tasks_run) / self._shares_left,
        )

    def book(self, scenario: Scenario, least_s: float) -> None:
        """End the time of the scenario whose share was the last one.

        Args:
            scenario: it.
            least_s: seconds that it took in any case; 0 where it was not raced.
        """
        took_s = self._clock() - self._share_began_s
        self._left_s -= took_s - self._least_s[scenario.key]
        self._weights_left -= self._weigh(scenario)
        self._least_s[scenario.key] = least_s
        self._shares_left -= 1
        self._raced_s += took_s

    def _most_s(self, scenario: Scenario) -> float:
        """Seconds of it in a launch: an interpreter more is one more time everybody."""
        return SCENARIO_MOST_S * self._builds[scenario.key]

    @property
    def _spent_s(self) -> float:
        return self._clock() - self._began_s


@dataclass(slots=True, kw_only=True)
class ScenarioBudget:
    """One scenario's time in one launch, the same for every contestant: a slow one eats its own.

    Attributes:
        each_ns: what one contestant may take in nanoseconds.
        fewest: blocks in which all of them run, whatever that takes.
        expected_ns: for each contestant, what a round is expected to take.
        spent_ns: for each, what its rounds have taken so far.
    """

    each_ns: float
    fewest: int = 1
    expected_ns: dict[str, float]
    spent_ns: dict[str, float] = field(default_factory=dict)

    def contestants(self, block: int) -> list[str]:
        """Who runs in this block: all in the first ones, then who still has time for a round."""
        return [
            name
            for name, expected_ns in self.expected_ns.items()
            if block < self.fewest
            or (block < MOST_BLOCKS and self.spent_ns.get(name, 0) + expected_ns <= self.each_ns)
        ]

    def repeats(self, name: str) -> int:
        """How many rounds it runs in a row within a block: as many as the slowest takes for one.

        Equals take turns round by round; beside a slow one a fast one runs several. A block is no
        shorter than makes `MOST_BLOCKS` of the time and no longer than makes `BLOCKS_AIM` of it.
        """
        slowest_ns = max(self.expected_ns.values())
        slot_ns = min(max(slowest_ns, self.each_ns / MOST_BLOCKS), self.each_ns / BLOCKS_AIM)
        return max(1, min(MOST_REPEATS, int(slot_ns // max(1.0, self.expected_ns[name]))))

    def spend(self, name: str, wall_ns: float) -> None:
        """Book one round, and expect the next to be like it."""
        self.spent_ns[name] = self.spent_ns.get(name, 0) + wall_ns
        self.expected_ns[name] = wall_ns

    def drop(self, names: Iterable[str]) -> None:
        """Take out who cannot go on; the rest keep their share."""
        for name in names:
            self.expected_ns.pop(name, None)
