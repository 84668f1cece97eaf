"""This machine in, the overhead of each model by itself out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from waitbench.advisor.core_contention import WITHIN_S
from waitbench.profiling import call
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from waitbench.race.worker_process import WorkerProcess
    from waitbench.services.other_python import Interpreter

ROUNDS = 5
"""Rounds of each size, of which the median counts."""
WIDTHS = {"threads": 8, "processes": 2, "asyncio": 8}
"""At how many at once the models run calls that do nothing."""
FEW, MANY = 16, 496
"""Calls of a short and of a long round: their difference is the calls, their rest the round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """What a model adds by itself, in nanoseconds: to a call on one worker, and to a round."""

    call_ns: float
    round_ns: float


@cache
def model_overheads(interpreter: Interpreter | None = None) -> dict[str, Overhead]:
    """Measure what the models take for calls that do nothing; once in a process."""
    with Interrupt.never() as never, ExitStack() as stack:
        workers = {
            model: stack.enter_context(call.started(model, never, interpreter)) for model in WIDTHS
        }
        for worker in workers.values():
            worker.greet()
        return {model: _overhead(worker, model, WIDTHS[model]) for model, worker in workers.items()}


def _overhead(worker: WorkerProcess, model: str, width: int) -> Overhead:
    nothing = (
        {"coroutine": "waitbench.workloads.callable:nothing_async"} if model == "asyncio" else {}
    )
    call.open_alone(worker, nothing, width)
    took = {calls: _walls(worker, calls, ROUNDS) for calls in (FEW, FEW, MANY)}
    worker.ask("close", within_s=WITHIN_S)
    shared = 1 if model != "processes" else width
    call_ns = max(0.0, (took[MANY] - took[FEW]) / (MANY - FEW)) * shared
    return Overhead(call_ns=call_ns, round_ns=max(0.0, took[FEW] - FEW * call_ns / shared))


def _walls(worker: WorkerProcess, calls: int, rounds: int) -> float:
    walls = [call.called(worker, calls, WITHIN_S).wall_ns for _ in range(rounds)]
    return median(walls)
