"""A question in, what short trials show out: a call alone, two at once, a crowd, models bare."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.advisor.bare import bare_costs, spun
from bench.advisor.together import PAIR, Budget
from bench.profiling import share
from bench.race.contestant import Contestant, ContestantError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.advisor.bare import Cost
    from bench.advisor.question import Question
    from bench.advisor.together import Trial
    from bench.demand import Demand
    from bench.profiling.share import Share
    from bench.race.interrupt import Interrupt, NoInterrupt

CROWD = 8
"""So many at once tell whether what a call waits for serves them all."""


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


def probe(
    question: Question,
    interrupt: Interrupt | NoInterrupt,
    answers: str,
    found: Callable[[], None] = lambda: None,
) -> Probe:
    """Try it in fresh processes, one after the other; none is left.

    Args:
        question: what is tried.
        interrupt: what may cut it short.
        answers: path of a file, into which goes what the calls gave alone.
        found: called as soon as it is imported and its arguments fit, before it is called.

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
        found()
        seen = share.watched(alone, answers, most=question.watched_calls, within_s=question.call_s)
        if question.dry or seen.answers.forked:
            return Probe(share=seen, calls=seen.calls)
        return _beside(question, seen, workers, answers)


def _beside(question: Question, seen: Share, workers: dict[str, Contestant], answers: str) -> Probe:
    """Run two at once in threads and in processes, then a crowd where something waits."""
    budget = Budget(question, seen, workers["sync"])
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
    question: Question, worker: Contestant, budget: Budget, answers: str
) -> tuple[Demand, Trial]:
    share.open_alone(worker, question.params(answers=answers), 1)
    most = max(4, question.watched_calls // 2)
    alone = share.watched(worker, answers, most=most, within_s=question.call_s)
    budget.made += alone.calls
    share.open_alone(worker, question.params(answers=answers), CROWD)
    return alone.demand, budget.trial(worker, CROWD)
