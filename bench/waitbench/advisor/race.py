"""Predictions in, a real race out: sync, those predicted, and how it is run today; paired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from waitbench.advisor.trial_budget import MOST_OF_A_ROUND
from waitbench.race.conductor import Settings, conduct
from waitbench.race.precision import baseline
from waitbench.race.scenario_launch import LEAST_ROUNDS
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.stats import estimates
from waitbench.user_code.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.question import Place, Question
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord, RoundRecord
    from waitbench.stats.estimates import Estimate

LAUNCHES, MOST_LAUNCHES = 3, 7
"""How often all is started afresh, in a short race and in a long one."""
LAUNCH_S = 4.0
"""For each so long there is a launch: an interval over three is twice as wide as one over six."""
LONGEST_S, COMPUTING_S = 0.8, 0.4
"""A round of sync should take no longer than this, or few blocks fit in: the second where it
computes, so that nobody's round is much shorter; what waits needs calls for wide models."""
FEWEST = 8
"""Calls of a round, however long one takes."""
EVEN = (48, 24, 12, 8, 4, 2)
"""Numbers with many divisors, of which a round has a multiple."""
PRESENT = "present"
"""Name in the race of how the function is run today."""
MOST_CONTESTANTS = 5
"""So many are allowed for where calls are few: sync, three models, and how it is run today."""
ROUNDS = LAUNCHES * MOST_CONTESTANTS * LEAST_ROUNDS
"""So many rounds a race has at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raced:
    """One contestant of the race.

    Attributes:
        name: what the race called it.
        model: as which it ran.
        width: how many at once.
        wall_ns: typical wall of a round; None where it has no time.
        times: how many times faster than sync, with its interval; None for sync, or without times.
        startup_ns: what its pool or loop took to start; None where it never did.
        memory_bytes: peak memory with its children.
        failure: why it has no time; None where it has one.
        calls: how many were made, those to warm up included.
        launches: how often it was started: once in each heat, in the last one several times.
        disturbed: share of its rounds of which others took so much that it counts.
        idle: share of its wall in which it used no CPU, unwatched; None where it has no rounds.
    """

    name: str
    model: str
    width: int
    wall_ns: float | None
    times: Estimate | None
    startup_ns: float | None
    memory_bytes: float | None
    failure: str | None
    calls: int
    launches: int = 1
    disturbed: float = 0.0
    idle: float | None = None

    @property
    def place(self) -> Place:
        """The model and the width."""
        return self.model, self.width


def calls_of_a_round(alone_ns: float, most: int, *, computes: bool = False) -> int:
    """Return how many calls a round has: as many as fit in so long, one after the other."""
    fit = round((COMPUTING_S if computes else LONGEST_S) * 1e9 / max(1.0, alone_ns))
    return max(2, min(max(FEWEST, min(fit, MOST_OF_A_ROUND)), most))


def evened(calls: int, items: int = 1) -> int:
    """Return a few calls less, so that most widths share a round out without a rest.

    Where all items fit in, a round has each of them equally often.
    """
    if items > 1 and calls - calls % items >= FEWEST:
        return calls - calls % items
    by = next((number for number in EVEN if number <= calls), 1)
    return calls - calls % by


def launches(budget_s: float) -> int:
    """Return how often all is started afresh in a race of so many seconds."""
    return max(LAUNCHES, min(MOST_LAUNCHES, int(budget_s // LAUNCH_S)))


def contestants(chosen: Sequence[Prediction], question: Question) -> list[Contestant]:
    """Return sync, the chosen models, and how the function is run today where that is another."""
    places = [prediction.place for prediction in chosen]
    entered = [Contestant.of("sync")]
    for model, width in places:
        entered.append(Contestant(name=f"{model}-{width}", model=model, concurrency=width))
    now = question.present
    if now and now.model != "sync" and (now.model, now.width) not in places:
        if now.model == "asyncio" and not question.coroutine:
            raise BenchError("--now asyncio needs the coroutine to race: --async module:coroutine")
        entered.append(Contestant(name=PRESENT, model=now.model, concurrency=now.width))
    if question.interpreter is None or question.interpreter.tree is None:
        return entered
    python, tree = question.interpreter.python, question.interpreter.tree
    return [replace(contestant, python=python, tree=tree) for contestant in entered]


def race(  # noqa: PLR0913, PLR0917 - all that a race differs in
    question: Question,
    entered: Sequence[Contestant],
    calls: int,
    answers: str,
    budget_s: float,
    most_calls: int | None = None,
    *,
    again: int | None = None,
) -> RaceRecord:
    """Race contestants; their results are compared with those of calls alone.

    Args:
        question: what is raced.
        entered: who races.
        calls: of a round.
        answers: path of a file with what the calls gave alone.
        budget_s: how long, in seconds.
        most_calls: that may be made, those to warm up included.
        again: how often all is started afresh; as often as fits where that is None.
    """
    more = {"order": "given"} if calls >= Answers.read(answers).items else {}
    scenario = Scenario(
        suite="advice",
        workload="callable",
        params=question.params(answers=answers, **more),
        tasks=calls,
        concurrency=1,
    )
    settings = Settings(
        launches=again or launches(budget_s),
        budget_s=budget_s,
        timeout_s=max(30.0, question.call_s * 4),
        user_code=True,
        most_tasks=most_calls,
    )
    return conduct([(scenario, list(entered))], settings, lambda _: None)


def outcomes(record: RaceRecord) -> list[Raced]:
    """Return what each contestant took, in the order in which they were entered."""
    rows = list(record.rows.values())
    base = baseline(rows)
    return [_raced(row, base) for row in rows]


def finalists(raced: Sequence[Raced]) -> list[Raced]:
    """Return those with times who were in the last heat, sync left out: none but it has so many."""
    timed = [result for result in raced if result.times]
    most = max((result.launches for result in timed), default=0)
    return [result for result in timed if result.launches > most - LAUNCHES]


def _disturbed(rounds: Sequence[RoundRecord]) -> float:
    return sum(round_.disturbed for round_ in rounds) / max(1, len(rounds))


def _idle(rounds: Sequence[RoundRecord]) -> float | None:
    """Return the idle share of calm rounds: beside others, a wait for a core would count, too."""
    calm = [round_ for round_ in rounds if not round_.disturbed] or rounds
    shares = [max(0.0, 1 - round_.cpu_ns / round_.wall_ns) for round_ in calm]
    return median(shares) if shares else None


def _raced(row: ContestantRecord, base: ContestantRecord | None) -> Raced:
    blocks = row.blocks()
    centre = estimates.centre(estimates.by_launch(blocks))
    ratio = None
    if base is not None and row is not base:
        ratio = estimates.paired_ratio(base.blocks(), blocks)
    memory = [launch.peak_memory_bytes for launch in row.launches if launch.peak_memory_bytes]
    startup = [launch.startup_ns for launch in row.launches if launch.startup_ns is not None]
    return Raced(
        name=row.name,
        model=row.contestant.model,
        width=row.width or row.contestant.concurrency or 1,
        wall_ns=centre.value if centre else None,
        times=ratio,
        startup_ns=median(startup) if startup else None,
        memory_bytes=max(memory, default=None),
        failure=row.failure if not row.times_ns else None,
        calls=row.tasks_run,
        launches=len(row.launches),
        disturbed=_disturbed(row.rounds),
        idle=_idle(row.rounds),
    )
