"""This machine in, what the models cost by themselves and how its cores hinder each other out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from statistics import mean, median
from typing import TYPE_CHECKING

from bench.advisor.together import PAIR
from bench.profiling import share
from bench.race.interrupt import NoInterrupt

if TYPE_CHECKING:
    from bench.race.contestant import Contestant

ROUNDS = 5
BARE = {"threads": 8, "processes": 2, "asyncio": 8}
"""At how many at once the models run calls that do nothing."""
FEW, MANY = 16, 496
LOOPS, TURNS = 32, 14
"""Loops of a turn, about 40 ms of them, and turns: a second, so that no moment is all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a model costs by itself, in nanoseconds: a call on one worker, and a round."""

    call_ns: float
    round_ns: float


@cache
def bare_costs() -> dict[str, Cost]:
    """Measure what the models take for calls that do nothing; once in a process."""
    with NoInterrupt() as never:
        return {model: _bare(model, width, never) for model, width in BARE.items()}


@cache
def spun() -> float:
    """Measure how cores hinder each other: a loop in two processes at once, against alone.

    Turns beside other programs' work tell of those instead; 1 where there were no others.
    """
    loop = {"function": "bench.workloads.compute:walk", "args": "[1, 20000]"}
    with ExitStack() as stack:
        never = stack.enter_context(NoInterrupt())
        alone = stack.enter_context(share.fresh("sync", never))
        pair = stack.enter_context(share.fresh("processes", never))
        share.open_alone(alone, loop)
        share.open_alone(pair, loop, PAIR)
        turns = [
            share.called(*turn, 30.0)
            for _ in range(TURNS)
            for turn in ((alone, LOOPS), (pair, PAIR * LOOPS))
        ]
    around = zip(turns[1::2], turns[::2], turns[2::2], strict=False)  # the last has none behind it
    ratios = [
        took["wall_ns"] / mean(one["wall_ns"] for one in beside)
        for took, *beside in around
        if not any(one["disturbed"] for one in (took, *beside))
    ]
    return max(1.0, median(ratios)) if ratios else 1.0


def _bare(model: str, width: int, interrupt: NoInterrupt) -> Cost:
    nothing = {"coroutine": "bench.workloads.callable:nothing_async"} if model == "asyncio" else {}
    with share.fresh(model, interrupt) as worker:
        share.open_alone(worker, nothing, width)
        took = {calls: _walls(worker, calls, ROUNDS) for calls in (FEW, FEW, MANY)}
    shared = 1 if model != "processes" else width
    call_ns = max(0.0, (took[MANY] - took[FEW]) / (MANY - FEW)) * shared
    return Cost(call_ns=call_ns, round_ns=max(0.0, took[FEW] - FEW * call_ns / shared))


def _walls(worker: Contestant, calls: int, rounds: int) -> float:
    walls: list[int] = [share.called(worker, calls, 30.0)["wall_ns"] for _ in range(rounds)]
    return median(walls)
