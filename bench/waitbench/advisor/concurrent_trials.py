"""Open workers in, what several calls at once take out: rounds in turn, calls alone between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import cycle
from statistics import geometric_mean, median
from typing import TYPE_CHECKING

from waitbench.advisor.paired_rounds import LEAST_NS, Round, paired
from waitbench.advisor.trial_budget import RERUNS, TURNS, TrialBudget
from waitbench.profiling import call
from waitbench.system import machine
from waitbench.system.interference import wait_for_rest

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from waitbench.advisor.question import Question
    from waitbench.profiling.call import CallProfile
    from waitbench.race.worker_process import WorkerProcess

PAIR = 2
"""The fewest that are several."""
FEWEST_CALM = 4
"""Rounds that other programs did not disturb, after which no more are taken."""
WAITS_FROM = 0.5
"""Share of waiting from which a call counts as one that waits."""
LITTLE = 0.01
"""Share of a call up to which helpers hardly matter: with more it needs other cores as well."""


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


class ConcurrentTrials:
    """Lets models take turns at several calls at once, calls alone between.

    Attributes:
        budget: how many calls were made, and may be.
    """

    def __init__(self, question: Question, watched: CallProfile, alone: WorkerProcess) -> None:
        demand = watched.demand
        self._alone_ns, self._held_ns = demand.alone_ns, demand.held_ns
        self._waits = demand.waiting > WAITS_FROM
        # A machine's cores differ in pace, each for itself; a call alone would keep to one of them.
        alike = demand.helped_ns < LITTLE * demand.alone_ns and not self._waits
        self._cores = cycle(machine.cores_to_pin() if alike else (None,))
        self._alone = alone
        self._present = [alone]
        self._within_s = question.call_s
        self.budget = TrialBudget(question, demand.alone_ns, waits=self._waits)

    def run(self, workers: Sequence[WorkerProcess], width: int, turns: int = TURNS) -> Trials:
        """Let several models take turns at a width, so that no moment of the machine is one's own.

        One that fails takes no further turn. More than the first is not tried where time or calls
        are short. A round of calls that wait is run twice, and the second counts: it is short, and
        a core's caches are full of what others did.

        Args:
            workers: open at this width.
            width: how many calls are under way at once.
            turns: so many, and up to `RERUNS` more where others disturbed those.
        """
        few, calls = self.budget.sizes(width)
        turn_calls = len(workers) * (calls * (1 + self._waits) + few)
        trials = Trials()
        first = self._present == [self._alone]
        if not first and not self.budget.affords(len(workers) * width + few + turn_calls):
            return trials
        self._present = [self._alone, *workers]
        rounds: dict[str, list[Round]] = {worker.model: [] for worker in workers}

        def done() -> bool:
            return _enough(rounds, turns) or not self.budget.affords(turn_calls)

        def several(worker: WorkerProcess) -> Round | None:
            return self._tried(worker, calls, width, trials, again=self._waits)

        for worker in workers:
            self._tried(worker, width, width, trials)  # to warm up
        order = _order(workers, turns + RERUNS, trials.failed, done)
        for worker, round_ in paired(order, several, lambda: self._round(self._alone, few, 1)):
            rounds[worker.model].append(round_)
        for model, taken in rounds.items():
            if model not in trials.failed:
                trials.done[model] = self._trial(width, calls, taken)
        return trials

    def _tried(
        self, worker: WorkerProcess, calls: int, width: int, trials: Trials, *, again: bool = False
    ) -> Round | None:
        """Run a round, or two and return the second; None where it failed, which is noted."""
        try:
            if again:
                self._round(worker, calls, width)
            return self._round(worker, calls, width)
        except call.CallError as wrong:
            trials.failed[worker.model] = str(wrong)
            return None

    def _round(self, worker: WorkerProcess, calls: int, width: int) -> Round:
        self.budget.made += calls
        resting = [other.pid for other in self._present if other is not worker]
        wait_for_rest(resting)
        core = next(self._cores) if worker is self._alone else None
        answer = call.called(worker, calls, self._within_s, resting=resting, core=core)
        wall_ns, delay_ns = answer.wall_ns, max(0, answer.run_queue_ns or 0)
        stand_still = self._stand_still(worker.model, width, wall_ns / calls)
        return Round(
            each_ns=wall_ns / calls,
            undelayed_ns=max(0.0, wall_ns - delay_ns * stand_still) / calls,
            cpu_ns=answer.cpu_ns / calls,
            calm=not answer.disturbed,
        )

    def _stand_still(self, model: str, width: int, each_ns: float) -> float:
        """Return the share of the workers that stand still while one of them waits for a core.

        All of those on a loop. Of threads, also those that want the lock it holds: as many as the
        lock is busy.
        """
        busy = {"asyncio": 1.0, "threads": min(1.0, self._held_ns / each_ns)}.get(model, 0.0)
        return (1 + (width - 1) * busy) / width

    def _trial(self, width: int, calls: int, rounds: Sequence[Round]) -> Trial:
        calm = [round_ for round_ in rounds if round_.calm]
        counted = calm or rounds
        all_ns = calls * self._alone_ns
        return Trial(
            width=width,
            calls=calls,
            wall_ns=all_ns * median(round_.each_ns for round_ in counted),
            undelayed_ns=all_ns * median(round_.undelayed_ns for round_ in counted),
            cpu_ns=median(round_.cpu_ns for round_ in counted),
            disturbed=not calm,
        )


def _order(
    workers: Sequence[WorkerProcess], turns: int, failed: Container[str], done: Callable[[], bool]
) -> Iterator[WorkerProcess]:
    """Yield who is next, in reversed order every other turn; one turn at least, then until done."""
    for turn in range(turns):
        if turn and done():
            return
        for worker in reversed(workers) if turn % 2 else workers:
            if worker.model not in failed:
                yield worker


def _enough(rounds: Mapping[str, Sequence[Round]], turns: int) -> bool:
    """Check whether all have enough calm rounds, or none at all, so that more would not help."""
    live = [taken for taken in rounds.values() if taken]
    calm = [sum(round_.calm for round_ in taken) for taken in live]
    fewest = min(FEWEST_CALM, turns)
    return all(len(taken) >= turns for taken in live) and (not any(calm) or min(calm) >= fewest)
