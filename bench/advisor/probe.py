"""A question in, what short trials show out: a call alone, two at once, a crowd, models bare."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from bench.profiling import share
from bench.race.contestant import Contestant, ContestantError
from bench.race.interrupt import Interrupt, NoInterrupt

if TYPE_CHECKING:
    from bench.advisor.question import Question
    from bench.demand import Demand
    from bench.profiling.share import Share

TRIAL_S = 0.7
"""So long the calls alone last that go with a trial of several at once, about."""
ROUNDS = 5
FEWEST_CALM = 3
TRIALS = 0.4
"""Share of the minutes after which a trial has one round; the rest is the race's."""
RERUNS = 4
"""So many rounds more are run where others disturbed those that were."""
PAIR, CROWD = 2, 8
BARE = {"threads": 8, "processes": 2, "asyncio": 8}
"""At how many at once the models run calls that do nothing."""
FEW, MANY = 16, 496
MOST = 400
"""Calls of a trial's round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a model costs by itself, in nanoseconds: a call on one worker, and a round."""

    call_ns: float
    round_ns: float


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """All that is known before a race.

    Attributes:
        share: one call alone.
        awaited: one call of the async form alone; None where there is none.
        costs: of the models by themselves; empty after a single call.
        pairs: two at once, by model.
        crowd: many at once in threads.
        spun: how many times longer a loop in Python takes with two processes at once than alone.
        awaited_crowd: many at once on a loop.
        refused: why a model cannot run it, by model.
        different: what one call gave beside others that it does not give alone; None: the same.
        calls: how many calls were made.
    """

    share: Share
    awaited: Demand | None = None
    costs: dict[str, Cost] = field(default_factory=dict)
    pairs: dict[str, Trial] = field(default_factory=dict)
    crowd: Trial | None = None
    spun: float = 1.0
    awaited_crowd: Trial | None = None
    refused: dict[str, str] = field(default_factory=dict)
    different: str | None = None
    calls: int = 1


def probe(question: Question, interrupt: Interrupt | NoInterrupt, answers: str) -> Probe:
    """Try it in fresh processes, one after the other; none is left.

    Args:
        question: what is tried.
        interrupt: what may cut it short.
        answers: path of a file, into which goes what the calls gave alone.

    Raises:
        BenchError: it cannot be called, raised, hangs or ended its process when alone.
    """
    with ExitStack() as stack:

        def start(model: str) -> Contestant:
            return stack.enter_context(Contestant(model, interrupt, ["callable"]))

        wanted = ["sync", "threads", "processes", *(["asyncio"] if question.coroutine else [])]
        workers = {model: start(model) for model in (["sync"] if question.dry else wanted)}
        for worker in workers.values():
            worker.greet()
        alone = workers["sync"]
        share.open_alone(alone, question.params(answers=answers, learn="yes"))
        seen = share.watched(alone, answers, most=question.watched_calls, within_s=question.call_s)
        if question.dry or seen.answers.forked:
            return Probe(share=seen, calls=seen.calls)
        return _beside(question, seen, workers, answers)


@cache
def bare_costs() -> dict[str, Cost]:
    """Measure what the models take for calls that do nothing; once in a process."""
    with NoInterrupt() as never:
        return {model: _bare(model, width, never) for model, width in BARE.items()}


@cache
def spun() -> float:
    """Measure how cores hinder each other: a loop in two processes at once, against alone."""
    loop = {"function": "bench.workloads.compute:walk", "args": "[1, 20000]"}
    with ExitStack() as stack:
        never = stack.enter_context(NoInterrupt())
        alone = stack.enter_context(share.fresh("sync", never))
        pair = stack.enter_context(share.fresh("processes", never))
        share.open_alone(alone, loop)
        share.open_alone(pair, loop, PAIR)
        ratios: list[float] = []
        for _ in range(2 * ROUNDS):
            alone_ns = share.called(alone, FEW, 30.0)["wall_ns"]
            ratios.append(share.called(pair, PAIR * FEW, 30.0)["wall_ns"] / alone_ns)
        return max(1.0, median(ratios))


def _bare(model: str, width: int, interrupt: NoInterrupt) -> Cost:
    nothing = {"coroutine": "bench.workloads.callable:nothing_async"} if model == "asyncio" else {}
    with share.fresh(model, interrupt) as worker:
        share.open_alone(worker, nothing, width)
        took = {calls: _walls(worker, calls, 5) for calls in (FEW, FEW, MANY)}
    shared = 1 if model != "processes" else width
    call_ns = max(0.0, (took[MANY] - took[FEW]) / (MANY - FEW)) * shared
    return Cost(call_ns=call_ns, round_ns=max(0.0, took[FEW] - FEW * call_ns / shared))


def _walls(worker: Contestant, calls: int, rounds: int) -> float:
    walls: list[int] = [share.called(worker, calls, 30.0)["wall_ns"] for _ in range(rounds)]
    return median(walls)


def _beside(question: Question, seen: Share, workers: dict[str, Contestant], answers: str) -> Probe:
    """Run two at once in threads and in processes, then a crowd where something waits."""
    budget = _Budget(question, seen, workers["sync"])
    pairs: dict[str, Trial] = {}
    refused: dict[str, str] = {}
    different = crowd = awaited = awaited_crowd = None
    if seen.answers.unpicklable:
        refused["processes"] = f"its result cannot travel ({seen.answers.unpicklable})"
        workers.pop("processes").leave()
    for model in ("processes", "threads"):
        if model not in workers:
            continue
        # Copies in processes cannot disturb each other's variables: what they give is true, too.
        learn = {"learn": "yes"} if model == "processes" else {}
        share.open_alone(workers[model], question.params(answers=answers, **learn), PAIR)
        try:
            pairs[model] = budget.trial(workers[model], PAIR)
            if model == "threads":
                workers[model].ask("close", within_s=question.call_s)
                share.open_alone(workers[model], question.params(answers=answers), CROWD)
                crowd = budget.trial(workers[model], CROWD)
        except ContestantError:
            raise
        except share.CallError as wrong:
            refused[model] = str(wrong)
            if "not what it gives alone" in str(wrong):
                different = str(wrong)
        workers[model].ask("close", within_s=question.call_s)
    if question.coroutine:
        awaited, awaited_crowd = _on_a_loop(question, workers["asyncio"], budget, answers)
    return Probe(
        share=seen,
        awaited=awaited,
        costs=bare_costs(),
        pairs=pairs,
        crowd=crowd,
        spun=spun(),
        awaited_crowd=awaited_crowd,
        refused=refused,
        different=different,
        calls=seen.calls + budget.made,
    )


def _on_a_loop(
    question: Question, worker: Contestant, budget: _Budget, answers: str
) -> tuple[Demand, Trial]:
    share.open_alone(worker, question.params(answers=answers), 1)
    most = max(4, question.watched_calls // 2)
    alone = share.watched(worker, answers, most=most, within_s=question.call_s)
    budget.made += alone.calls
    share.open_alone(worker, question.params(answers=answers), CROWD)
    return alone.demand, budget.trial(worker, CROWD)


class _Budget:
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
