"""A question in, what short trials show out: a call alone, two at once, a crowd, overheads."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from waitbench.advisor.concurrent_trials import PAIR, ConcurrentTrials
from waitbench.advisor.core_contention import CoreContention, core_contention
from waitbench.advisor.handing_over import why_import, why_memory
from waitbench.advisor.model_overhead import model_overheads
from waitbench.advisor.trial_budget import SETTLED, TURNS
from waitbench.profiling import call
from waitbench.scenario import BenchError
from waitbench.user_code.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.advisor.concurrent_trials import Trial, Trials
    from waitbench.advisor.model_overhead import Overhead
    from waitbench.advisor.question import Question
    from waitbench.perfmodel.demand import Demand
    from waitbench.profiling.call import CallProfile
    from waitbench.race.worker_process import WorkerProcess
    from waitbench.system.interrupt import Interrupt

LONGEST_NS = 800_000_000
"""More than a crowd is tried only where a round of it computes no longer."""
AT_ONCE: Mapping[int, tuple[str, ...]] = {
    PAIR: ("processes", "threads"),
    8: ("processes", "threads", "asyncio"),
    16: ("threads", "asyncio"),
}
"""Models that are tried, by how many at once: two tell of locks and cores, more of what calls wait
for; with one width alone, a ceiling would look like a slope. Processes are dear, and stop at eight.
"""
PARTS = 2
"""So often a pair is tried, its turns shared out: a machine's cores have moments, some seconds
long, in which they hinder each other more (two that a virtual machine has of one real core)."""
CROWD = 8
"""Wider trials are left out where calls compute for long."""
UNLIKE = "not what it gives alone"
"""What the workload says of a result that is another one beside others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """All that is known before a race.

    Attributes:
        alone: one call alone.
        awaited: one call of the async form alone; None where there is none.
        overheads: of the models by themselves; empty where nothing is predicted.
        trials: several at once, by model, the narrowest first.
        contention: how two that compute hinder each other on this machine, whatever they are.
        refused: why a model cannot run it, by model.
        limits: at how many at once a model failed that can run fewer, and why, by model.
        different: what one call gave beside others that it does not give alone; None: the same.
        calls: how many calls were made.
    """

    alone: CallProfile
    awaited: Demand | None = None
    overheads: dict[str, Overhead] = field(default_factory=dict)
    trials: dict[str, tuple[Trial, ...]] = field(default_factory=dict)
    contention: CoreContention = field(default_factory=CoreContention)
    refused: dict[str, str] = field(default_factory=dict)
    limits: dict[str, tuple[int, str]] = field(default_factory=dict)
    different: str | None = None
    calls: int = 1

    def trial(self, model: str, width: int) -> Trial | None:
        """Return what so many at once took; None where that was not tried."""
        return next((trial for trial in self.trials.get(model, ()) if trial.width == width), None)


def probe(
    question: Question,
    interrupt: Interrupt,
    answers: str,
    imported: Callable[[], None] = lambda: None,
) -> Probe:
    """Try a callable in fresh processes, one after the other; none is left.

    Args:
        question: what is tried.
        interrupt: what may cut it short.
        answers: path of a file, into which goes what the calls gave alone.
        imported: called as soon as it is imported and its arguments fit, before it is called.

    Raises:
        BenchError: importing it runs a job; it cannot be called; alone, it raised, hangs or ended
            its process.
    """
    with ExitStack() as stack:

        def start(model: str) -> WorkerProcess:
            return stack.enter_context(call.started(model, interrupt, question.interpreter))

        wanted = ["sync", "threads", "processes", *(["asyncio"] if question.coroutine else [])]
        workers = {model: start(model) for model in (["sync"] if question.dry else wanted)}
        for worker in workers.values():
            worker.greet()
        alone = workers["sync"]
        call.open_alone(alone, question.params(answers=answers, learn="yes"))
        if job := why_import(question, Answers.read(answers)):
            raise BenchError(job)
        imported()
        watched = call.watched(
            alone, answers, most=question.watched_calls, within_s=question.call_s
        )
        if question.dry or watched.answers.forked or why_memory(question, watched):
            # What handing over costs is known without another call of it.
            overheads = model_overheads(question.interpreter) if question.dry else {}
            return Probe(
                alone=watched,
                overheads=overheads,
                refused=_unable(watched),
                calls=watched.calls,
            )
        return _beside(question, watched, workers, answers)


def _unable(watched: CallProfile) -> dict[str, str]:
    """Return which models one call alone rules out, and why."""
    refused = watched.answers.unpicklable
    return {"processes": f"its result cannot travel ({refused})"} if refused else {}


def _beside(
    question: Question, watched: CallProfile, workers: dict[str, WorkerProcess], answers: str
) -> Probe:
    """Let models take turns at two at once, at more, and at two again; opened anew each time."""
    alone = workers.pop("sync")
    if question.async_only:  # its loop was closed with it
        call.open_alone(alone, question.params(answers=answers))
    concurrent = ConcurrentTrials(question, watched, alone)
    refused = _unable(watched)
    limits: dict[str, tuple[int, str]] = {}
    for model in refused:
        workers.pop(model).stop()
    awaited = None
    if "asyncio" in workers:
        awaited = _on_a_loop(question, workers["asyncio"], concurrent, answers)
    trials: dict[str, list[Trial]] = {}
    for width in (*AT_ONCE, PAIR):
        if width > CROWD and width * SETTLED * watched.demand.cpu_ns > LONGEST_NS:
            continue
        present = [workers[model] for model in AT_ONCE[width] if model in workers]
        outcome = _at_once(question, present, width, concurrent, answers)
        for model, trial in outcome.done.items():
            tried = trials.setdefault(model, [])
            if tried and tried[0].width == width:
                tried[0] = tried[0].joined(trial)
            else:
                tried.append(trial)
        for model, why in outcome.failed.items():
            workers.pop(model)
            if model in trials and width > PAIR and UNLIKE not in why:
                limits[model] = width, why
            else:
                refused[model] = why
                trials.pop(model, None)
    return Probe(
        alone=watched,
        awaited=awaited,
        overheads=model_overheads(question.interpreter),
        trials={model: tuple(tried) for model, tried in trials.items()},
        contention=core_contention(question.interpreter),
        refused=refused,
        limits=limits,
        different=next((why for why in refused.values() if UNLIKE in why), None),
        calls=watched.calls + concurrent.budget.made,
    )


def _at_once(
    question: Question,
    workers: Sequence[WorkerProcess],
    width: int,
    concurrent: ConcurrentTrials,
    answers: str,
) -> Trials:
    """Open workers at a width, let them take turns, and close them."""
    for worker in workers:
        # Copies in processes cannot disturb each other's variables: what they give is true, too.
        learn = {"learn": "yes"} if worker.model == "processes" else {}
        call.open_alone(worker, question.params(answers=answers, **learn), width)
    trials = concurrent.run(workers, width, TURNS // PARTS if width == PAIR else TURNS)
    for worker in workers:
        worker.ask("close", within_s=question.call_s)
    return trials


def _on_a_loop(
    question: Question, worker: WorkerProcess, concurrent: ConcurrentTrials, answers: str
) -> Demand:
    """Watch the async form alone; the worker is closed afterwards.

    Raises:
        CallError: it answers from memory.
    """
    call.open_alone(worker, question.params(answers=answers), 1)
    most = max(4, question.watched_calls // 2)
    alone = call.watched(worker, answers, most=most, within_s=question.call_s)
    concurrent.budget.made += alone.calls
    named = replace(question, function=question.coroutine or question.function)
    if remembers := why_memory(named, replace(alone, answers=Answers())):  # those of the plain one
        raise call.CallError(remembers)
    return alone.demand
