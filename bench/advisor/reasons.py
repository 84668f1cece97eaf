"""Advice in, out why: what a call is made of, what bounds it, and what would change the answer."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from bench.advisor.predict import foretell
from bench.wording import duration, times

if TYPE_CHECKING:
    from bench.advisor.advice import Advice
    from bench.advisor.predict import Prediction
    from bench.demand import Demand

NOTHING = 0.005
"""Parts below this share of a call are not worth a word."""
HARDLY = 0.05
"""Share of waiting below which reasons do not speak of waits."""
ANY = 1000
"""A bound beyond this many times is none."""


def made_of(demand: Demand) -> str:
    """Take one call apart."""
    locked = demand.held_ns > NOTHING * demand.alone_ns
    parts = {
        "waiting": demand.waits_ns,
        "computing with the interpreter's lock": demand.held_ns,
        f"computing without {'it' if locked else 'the lock'}": demand.free_ns,
        "computing in helpers": demand.helped_ns,
    }
    told = [
        f"{duration(ns)} {name}" for name, ns in parts.items() if ns > NOTHING * demand.alone_ns
    ]
    return f"one call takes {duration(demand.alone_ns)}: {', '.join(told) or 'nothing'}."


def bound(advice: Advice) -> str:
    """Explain the prediction in one plain sentence: what adds up, and what overlaps."""
    known = advice.setting
    demand, cores = known.demand, known.cores
    waits = demand.waiting > HARDLY
    # Beyond what the cores allow to all, the lock bounds nothing.
    locked = known.gil and demand.held_ns > demand.cpu_ns / cores
    told = "Waits overlap" if waits else "Hardly anything waits"
    join = ", but " if waits else "; "
    if locked:
        most = _most(demand.alone_ns / demand.held_ns)
        told += f"{join}the lock admits one call at a time: threads reach {most}"
        join = ", and "
    if demand.cpu_ns > 0:
        most = _most(cores * demand.alone_ns / demand.cpu_ns)
        who = "processes" if locked else "threads and processes"
        told += f"{join}{cores:g} cores compute at once: {who} reach {most}"
    if not waits:  # whom one waits for is then chance in the trials
        return f"{told}."
    if known.admits_inside < inf:
        told += f"; in one process, a lock lets about {known.admits_inside:.1f} of them in at once"
    elif known.admits < inf:
        told += f"; what it waits for serves about {known.admits:.1f} at once"
    return f"{told}."


def changes(advice: Advice) -> str:
    """Foretell again with half of the wait, where it waits, and with twice the cores."""
    known = advice.setting
    others = {}
    if known.demand.waiting > HARDLY:
        halved = replace(known.demand, waits_ns=known.demand.waits_ns / 2)
        awaited = replace(known.awaited, waits_ns=known.awaited.waits_ns / 2)
        others["with half the wait"] = replace(known, demand=halved, awaited=awaited)
    others[f"with {2 * known.cores:g} cores"] = replace(known, cores=2 * known.cores)
    said = []
    for what, other in others.items():
        told = foretell(advice.probe, other, advice.calls, awaited=bool(advice.question.coroutine))
        able = [one for one in told if not one.assumed] or told
        said += [f"{what}: {foretold(one)} at {one.width}" for one in able[:1]]
    return f"{'; '.join(said)} (predicted)." if said else ""


def foretold(one: Prediction) -> str:
    """Write a prediction: threads 6.90x."""
    return f"{one.model} {times(one.times)}x"


def _most(most: float) -> str:
    return f"{times(most)}x at most" if most < ANY else "any number"
