"""Advice in, out why: what a call is made of, what bounds it, and what would change the answer."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from waitbench.advisor.predict import predict_models
from waitbench.formatting import duration, times

if TYPE_CHECKING:
    from waitbench.advisor.advice import Advice
    from waitbench.advisor.predict import Prediction
    from waitbench.perfmodel.demand import Demand

NOTHING = 0.005
"""Parts below this share of a call are left out."""
HARDLY = 0.05
"""Share of waiting below which reasons do not speak of waits."""
ANY = 1000
"""A bound beyond this many times is none."""


def made_of(demand: Demand, *, lock_known: bool = True) -> str:
    """Return of what one call consists, as a sentence.

    Args:
        demand: of one call.
        lock_known: whether anything showed who computes with the interpreter's lock.
    """
    locked = demand.held_ns > NOTHING * demand.alone_ns
    with_lock = "computing with the interpreter's lock"
    if not lock_known:
        with_lock = "computing (with the interpreter's lock or without it: not known)"
    parts = {
        "waiting": demand.waits_ns,
        with_lock: demand.held_ns,
        f"computing without {'it' if locked else 'the lock'}": demand.free_ns,
        "computing in helpers": demand.helped_ns,
    }
    phrases = [
        f"{duration(ns)} {name}" for name, ns in parts.items() if ns > NOTHING * demand.alone_ns
    ]
    return f"one call takes {duration(demand.alone_ns)}: {', '.join(phrases) or 'nothing'}."


def bound(advice: Advice) -> str:
    """Return what bounds the gain, in one plain sentence: what adds up, and what overlaps."""
    fitted = advice.fitted
    demand, cores = fitted.demand, fitted.cores
    waits = demand.waiting > HARDLY
    # Beyond what the cores allow to all, the lock bounds nothing.
    locked = fitted.gil and demand.held_ns > demand.cpu_ns / cores
    sentence = "Waits overlap" if waits else "Hardly anything waits"
    join = ", but " if waits else "; "
    if locked:
        most = _most(demand.alone_ns / demand.held_ns)
        granted = "" if advice.lock_known else "if it holds the interpreter's lock, "
        sentence += f"{join}{granted}the lock admits one call at a time: threads reach {most}"
        join = ", and "
    if demand.cpu_ns > 0:
        most = _most(cores * demand.alone_ns / demand.cpu_ns)
        who = "processes" if locked else "threads and processes"
        sentence += f"{join}{cores:g} cores compute at once: {who} reach {most}"
    if not waits:  # whom one waits for is then chance in the trials
        return f"{sentence}."
    if fitted.capacity_inside < inf:
        few = f"{fitted.capacity_inside:.1f}"
        sentence += f"; in one process, a lock lets about {few} of them in at once"
    elif fitted.capacity < inf:
        sentence += f"; what it waits for serves about {fitted.capacity:.1f} at once"
    return f"{sentence}."


def changes(advice: Advice) -> str:
    """Return the best model with half of the wait, where a call waits, and with twice the cores."""
    fitted = advice.fitted
    others = {}
    if fitted.demand.waiting > HARDLY:
        halved = replace(fitted.demand, waits_ns=fitted.demand.waits_ns / 2)
        awaited = replace(fitted.awaited, waits_ns=fitted.awaited.waits_ns / 2)
        others["with half the wait"] = replace(fitted, demand=halved, awaited=awaited)
    others[f"with {2 * fitted.cores:g} cores"] = replace(fitted, cores=2 * fitted.cores)
    clauses = []
    for what, other in others.items():
        named = bool(advice.question.coroutine)
        predicted = predict_models(advice.probe, other, advice.calls, awaited=named)
        able = [each for each in predicted if not each.assumed] or predicted
        clauses += [f"{what}: {prediction_text(each)} at {each.width}" for each in able[:1]]
    return f"{'; '.join(clauses)} (predicted)." if clauses else ""


def prediction_text(prediction: Prediction) -> str:
    """Return a prediction in words: threads 6.90x."""
    return f"{prediction.model} {times(prediction.times)}x"


def _most(most: float) -> str:
    return f"{times(most)}x at most" if most < ANY else "any number"
