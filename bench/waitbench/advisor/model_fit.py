"""A probe in, the queueing model out, fitted to what the trials really took."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import inf, log
from typing import TYPE_CHECKING

from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.corrections import rising
from waitbench.advisor.fitted_model import NO_OVERHEAD, FittedModel
from waitbench.advisor.trial_evidence import computes, undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.advisor.concurrent_trials import Trial
    from waitbench.advisor.corrections import Corrections
    from waitbench.advisor.probe import Probe
    from waitbench.perfmodel.demand import Demand

LEAST_CAPACITY = 0.2
"""What is waited for serves no fewer at once: five times longer than alone, each by itself."""
STEPS = 14
"""Halvings of a search: one part in 16,000."""
MOST_CONTENTION = 3.0
"""Cores hinder each other by no more than this factor."""
TELLING = 1.12
"""Longer by so much than what was predicted is more than noise."""
UNLOCKED = 0.3
"""Share of a call without the interpreter's lock from which another lock can hold it up."""
SAMPLE = 64
"""So many calls, at even distances, stand for how all of them differ."""
BUSY = 0.5
"""Cores' worth of a crowd's own computing from which threads rather cost each other time; below,
they rather wait for the same."""


def fit_model(probe: Probe, cores: float, *, gil: bool = True) -> FittedModel:
    """Fit the queueing model to what two at once, and a crowd, really took."""
    demand = probe.alone.demand
    overheads = dict(probe.overheads)
    own = overheads.get("processes", NO_OVERHEAD)
    call_ns = own.call_ns + probe.alone.answers.pickled_ns
    overheads["processes"] = replace(own, call_ns=call_ns)
    fitted = FittedModel(
        demand=demand,
        awaited=_awaited(probe),
        spreads=probe.alone.spreads[:: 1 + len(probe.alone.spreads) // SAMPLE],
        cores=cores,
        gil=gil,
        contention=probe.contention.of(demand),
        overheads=overheads,
        returning_ns=probe.alone.answers.unpickled_ns,
    )
    probe = replace(probe, trials=undisturbed(probe.trials, fitted))
    apart, together = probe.trial("processes", PAIR), probe.trial("threads", PAIR)
    if apart and computes(demand):
        fitted = _solved(
            apart, "processes", lambda x: replace(fitted, contention=1 + x * (MOST_CONTENTION - 1))
        )
    if together:
        fitted = _in_one_process(fitted, together)
        if apart and fitted.capacity_inside < inf:
            # Processes that wait as long share whom they wait for; else it is a lock inside.
            shared = replace(fitted, capacity=fitted.capacity_inside, capacity_inside=inf)
            fitted = min((fitted, shared), key=lambda each: _off(each, "processes", [apart]))
        crowds = [trial for trial in probe.trials["threads"] if trial.width > PAIR]
        fitted = _in_a_crowd(fitted, crowds)
    elif computes(demand):
        fitted = replace(fitted, contended_ns=(probe.contention.lock - 1) * demand.held_ns)
    limits = {model: width for model, (width, _) in probe.limits.items()}
    return replace(fitted, corrections=_corrections(fitted, probe.trials), limits=limits)


def _awaited(probe: Probe) -> Demand:
    """Return the async form's demand; its CPU at many at once, where a loop has more to do."""
    demand = probe.awaited
    if demand is None:
        return probe.alone.demand
    crowd = next(iter(probe.trials.get("asyncio", ())), None)
    own_ns = demand.held_ns + demand.free_ns
    if crowd and 0 < crowd.cpu_ns < own_ns:
        share = crowd.cpu_ns / own_ns
        return replace(demand, held_ns=demand.held_ns * share, free_ns=demand.free_ns * share)
    return demand


def _in_one_process(fitted: FittedModel, pair: Trial) -> FittedModel:
    """Move computing into or out of the lock, or find another lock, until the pair is met."""
    predicted_ns = fitted.wall_ns("threads", pair.width, pair.calls)
    apart_ns, locked_ns = (
        _locked(fitted, x).wall_ns("threads", pair.width, pair.calls) for x in (0.0, 1.0)
    )
    if locked_ns > TELLING * apart_ns:  # else the pair cannot tell, and samples of the lock can
        fitted = _solved(pair, "threads", partial(_locked, fitted))
        predicted_ns = fitted.wall_ns("threads", pair.width, pair.calls)
    each_ns = fitted.demand.alone_ns
    if each_ns - fitted.demand.held_ns > UNLOCKED * each_ns:
        if pair.wall_ns > TELLING * predicted_ns:
            return _solved(
                pair, "threads", lambda x: replace(fitted, capacity_inside=_capacity(pair, x))
            )
    elif pair.wall_ns > predicted_ns:
        return _solved(pair, "threads", lambda x: replace(fitted, contended_ns=x * each_ns))
    return fitted


def _locked(fitted: FittedModel, share: float) -> FittedModel:
    """Return the model in which a share of the call's own computing holds the lock."""
    own_ns = fitted.demand.held_ns + fitted.demand.free_ns
    moved = replace(fitted.demand, held_ns=share * own_ns, free_ns=(1 - share) * own_ns)
    return replace(fitted, demand=moved)


def _in_a_crowd(fitted: FittedModel, crowds: Sequence[Trial]) -> FittedModel:
    """Fit a capacity, or an overhead per thread, to crowds that took longer than predicted.

    Both are fitted to the first crowd; the one that meets the others better is taken. Where the
    widest got through faster than the lock would have let it, the lock is held for less.
    """
    if not crowds:
        return fitted
    first, widest = crowds[0], crowds[-1]
    if widest.wall_ns * TELLING < fitted.wall_ns("threads", widest.width, widest.calls):
        fitted = _solved(widest, "threads", partial(_locked, fitted))
    predicted_ns = fitted.wall_ns("threads", first.width, first.calls)
    if first.wall_ns <= TELLING * predicted_ns:
        return fitted
    most_ns = first.wall_ns / first.calls / (first.width - PAIR)
    candidates = [
        _solved(first, "threads", lambda x: replace(fitted, capacity=_capacity(first, x))),
        _solved(first, "threads", lambda x: replace(fitted, per_thread_ns=x * most_ns)),
    ]
    if first.calls * (fitted.demand.held_ns + fitted.demand.free_ns) > BUSY * predicted_ns:
        candidates.reverse()
    return min(candidates, key=lambda each: _off(each, "threads", crowds[1:]))


def _corrections(
    fitted: FittedModel, trials: Mapping[str, Sequence[Trial]]
) -> dict[str, Corrections]:
    """Return by how much each model's trials took longer than predicted, by width."""
    corrections = {}
    for model, tried in trials.items():
        longer = [_correction(fitted, model, trial) for trial in tried]
        if computes(fitted.demand):
            longer = rising(longer)
        corrections[model] = ((1, 1.0), *zip((trial.width for trial in tried), longer, strict=True))
    return corrections


def _correction(fitted: FittedModel, model: str, trial: Trial) -> float:
    return trial.wall_ns / fitted.wall_ns(model, trial.width, trial.calls)


def _off(fitted: FittedModel, model: str, trials: Sequence[Trial]) -> float:
    """Return how far trials are off what is predicted, as a sum of logarithms."""
    return sum(abs(log(_correction(fitted, model, trial))) for trial in trials)


def _capacity(trial: Trial, share: float) -> float:
    """Return a capacity between all of a trial's workers and next to nobody."""
    return max(LEAST_CAPACITY, trial.width * (1 - share))


def _solved(trial: Trial, model: str, with_share: Callable[[float], FittedModel]) -> FittedModel:
    """Find the share in 0 to 1, of which more takes longer, at which the trial is met."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if with_share(middle).wall_ns(model, trial.width, trial.calls) < trial.wall_ns:
            low = middle
        else:
            high = middle
    return with_share((low + high) / 2)
