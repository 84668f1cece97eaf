"""Functions alone before a race: what each call gives, how long it takes, whether they agree."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.results.spans import decode_spans
from waitbench.scenario import BenchError
from waitbench.system.interrupt import Interrupt
from waitbench.user_code.answers import VARIES, Answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from waitbench.scenario import Contestant

WORKLOAD = "function"
TASK_NS = 1_000_000
"""A task takes at least so long, or the clock around it would be a part of what is compared."""
ROUND_NS = 20_000_000
"""A round of the slowest takes about so long: noise is least there."""
WHOLE_NS = 200_000_000
"""All items are in a round that takes no longer for it."""
LEARN_S = 0.5
"""So long at most, calls are made to learn what they give."""
TWICE = 2
"""Of each item two calls: what differs between them cannot be compared."""
MOST_CALLS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """One function alone.

    Attributes:
        call_ns: what a call takes in nanoseconds.
        answers: what it gave.
    """

    call_ns: float
    answers: Answers


def alone(contestant: Contestant, answers: str, items: int, timeout_s: float) -> Alone:
    """Call one function alone in a fresh process.

    Args:
        contestant: with the parameters of the workload.
        answers: path of the file into which goes what it gives.
        items: how many different calls there are.
        timeout_s: longest that a round may take.

    Raises:
        BenchError: it cannot be imported or called, or raised.
    """
    with Interrupt.of_this_thread() as interrupt:
        worker = WorkerProcess(contestant.model, interrupt, [WORKLOAD])
        with worker:
            worker.greet()
            try:
                learning = {"answers": answers, "learn": "yes"}
                with _open(worker, {**contestant.params, **learning}):
                    call_ns = _call_ns(worker, 1, timeout_s)
                    wanted = min(items, int(LEARN_S * 1e9 / call_ns)) * TWICE
                    if wanted > TWICE:
                        call_ns = _call_ns(worker, _whole(wanted, items), timeout_s)
                calls = 1
                while call_ns * calls < TASK_NS and calls < MOST_CALLS:
                    calls = min(MOST_CALLS, ceil(1.2 * TASK_NS / call_ns))
                    with _open(worker, {**contestant.params, "calls": str(calls)}):
                        call_ns = _call_ns(worker, 1, timeout_s) / calls
            except ContestantError as wrong:
                raise BenchError(f"{contestant.name}: {wrong}") from None
    return Alone(call_ns=call_ns, answers=Answers.read(answers))


def _whole(calls: int, items: int) -> int:
    """Return a number of calls in which each item that has its turn has it twice."""
    return TWICE * items if calls >= TWICE * items else calls // TWICE


@contextmanager
def _open(worker: WorkerProcess, params: Mapping[str, Any]) -> Iterator[None]:
    worker.ask("open", within_s=60.0, workload=WORKLOAD, params=dict(params), concurrency=1)
    yield
    worker.ask("close", within_s=60.0)


def _call_ns(worker: WorkerProcess, tasks: int, timeout_s: float) -> float:
    """Run a round, and return what a task of it takes."""
    answer = worker.ask("run", within_s=timeout_s, tasks=tasks)
    if answer["errors"]:
        raise ContestantError(" ".join(str(answer["error"]).split()))
    return max(1.0, median(decode_spans(answer["spans"])[1]))


def sizes(calls_ns: Sequence[float], items: int, concurrency: int) -> tuple[int, int]:
    """Return how many tasks a round has, and how many calls a task, so that noise is least.

    Args:
        calls_ns: what a call takes, of each function.
        items: how many different calls there are; where they fit, a round has all of them equally.
        concurrency: tasks that are under way at once.
    """
    calls = max(1, ceil(TASK_NS / min(calls_ns)))
    tasks = max(concurrency, ceil(ROUND_NS / (calls * max(calls_ns))))
    if items * max(calls_ns) <= WHOLE_NS:
        tasks = max(tasks, ceil(items / calls))
    if tasks * calls >= items > 1:
        # The fewest tasks more with which the last round through the items is whole.
        tasks = next(more for more in range(tasks, tasks + items) if more * calls % items == 0)
    return tasks, calls


def differing(answers: Mapping[str, Answers]) -> tuple[str, str, int] | None:
    """Return the names of two functions that surely give other results, and for which item."""
    (first, base), *others = answers.items()
    for name, other in others:
        for item, seen in base.prints.items():
            theirs = other.prints.get(item, VARIES)
            if VARIES not in {seen, theirs} and seen != theirs:
                return first, name, int(item)
    return None
