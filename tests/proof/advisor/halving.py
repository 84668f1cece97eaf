"""The plain way: a function and some seconds in, the fastest of a coarse grid out, by halving."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.proof.advisor.accuracy import pick
from waitbench.advisor.race import calls_of_a_round, evened, outcomes, race
from waitbench.advisor.races import GRID, heats
from waitbench.advisor.trial_budget import MOST_OF_A_ROUND
from waitbench.advisor.trial_evidence import COMPUTES_FROM
from waitbench.profiling import call
from waitbench.race.record import RaceRecord
from waitbench.scenario import Contestant
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.advisor.question import Question

LAUNCHES = 3
"""How often the last heat starts afresh; each of the others does once."""
LOOKED = 4
"""Calls alone that say how long one takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halved:
    """What the plain way came to.

    Attributes:
        pick: what it picks: `sync`, or a model and a width.
        heats: of each heat, how many times faster than sync each contestant was.
    """

    pick: str
    heats: tuple[Mapping[str, float], ...]


def halve(question: Question, seconds: float, answers: str) -> Halved:
    """Race the grid, the better half of it, the better half of that, and so on; pick the best.

    Successive halving (Jamieson and Talwalkar 2016): each heat has as much time as any other, and
    what somebody did in earlier heats counts in the later ones.

    Args:
        question: which function.
        seconds: how long in all, start-up included.
        answers: path of a file, into which goes what the calls gave alone.

    Raises:
        BenchError: it cannot be called.
        KeyboardInterrupt: somebody stopped it.
    """
    ends_s = time.monotonic() + seconds
    calls = _calls(question, answers)
    live = grid(calls, awaited=bool(question.coroutine))
    together, told = RaceRecord(), list[dict[str, float]]()
    counted: dict[str, float] = {}
    plan = heats(len(live))
    for left, size in zip(range(len(plan), 0, -1), plan, strict=True):
        live = better(live, counted, size)
        share_s = (ends_s - time.monotonic()) / left
        entered = [Contestant.of("sync"), *live.values()]
        again = 1 if left > 1 else LAUNCHES
        heat = race(question, entered, calls, answers, share_s, again=again)
        if heat.interrupted:
            raise KeyboardInterrupt
        told.append(_times(heat))
        together.extend(heat, renumber=together.next_launch)
        counted = _times(together)
    return Halved(pick=pick({name: counted[name] for name in live}), heats=tuple(told))


def grid(calls: int, *, awaited: bool) -> dict[str, Contestant]:
    """Return who is raced first, by name: every model that can run it, at its widths.

    Args:
        calls: of a round, than which nobody is wider.
        awaited: whether there is an async form.
    """
    places = [
        (model, min(width, calls))
        for model, widths in GRID.items()
        if model != "asyncio" or awaited
        for width in widths
    ]
    return {
        f"{model}-{width}": Contestant(name=f"{model}-{width}", model=model, concurrency=width)
        for model, width in places
    }


def better(
    live: Mapping[str, Contestant], times: Mapping[str, float], size: int
) -> dict[str, Contestant]:
    """Return the fastest of the contestants, in the order in which they stand in the grid.

    Args:
        live: who is left.
        times: how many times faster than sync they were; whoever failed is not in it.
        size: how many go on.
    """
    fastest = sorted(live, key=lambda name: -times.get(name, 0.0))[:size]
    return {name: contestant for name, contestant in live.items() if name in fastest}


def _calls(question: Question, answers: str) -> int:
    """Call it alone in a fresh process, and return how many calls a round has."""
    with Interrupt.never() as never, call.fresh("sync", never) as worker:
        call.open_alone(worker, question.params(answers=answers, learn="yes"))
        call.called(worker, 1, question.call_s)
        looked = call.called(worker, LOOKED, question.call_s)
        worker.ask("close", within_s=question.call_s)
    computes = looked.cpu_ns > COMPUTES_FROM * looked.wall_ns
    fit = calls_of_a_round(looked.wall_ns / LOOKED, MOST_OF_A_ROUND, computes=computes)
    return evened(fit)


def _times(record: RaceRecord) -> dict[str, float]:
    return {result.name: result.times.value for result in outcomes(record) if result.times}
