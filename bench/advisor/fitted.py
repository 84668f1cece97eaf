"""A probe in, the queueing model out, set so that it agrees with what the trials really took."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import exp, inf, log
from typing import TYPE_CHECKING

from bench.advisor.setting import Setting
from bench.advisor.together import PAIR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bench.advisor.probe import Probe
    from bench.advisor.setting import Bends
    from bench.advisor.together import Trial
    from bench.demand import Demand

FEWEST_ADMITTED = 0.2
STEPS = 14
"""Halvings of a search: one part in 16,000."""
MOST_CROWDED = 3.0
COMPUTES_FROM = 0.5
"""Share of computing from which two processes can tell how cores hinder each other, and from which
what other programs take of the cores is most of what a trial shows."""
TELLING = 1.12
"""Longer by so much than what was predicted is more than noise."""
UNLOCKED = 0.3
"""Share of a call without the interpreter's lock from which another lock can hold it up."""
SAMPLE = 64
"""Calls that stand for all."""
BUSY = 0.5
"""Cores' worth of its own computing from which a crowd rather jostles; below, it waits in line."""


def setting(probe: Probe, cores: float, *, gil: bool = True) -> Setting:
    """Set the model so that it agrees with what two at once, and a crowd, really took."""
    demand = probe.share.demand
    costs = {model: (cost.call_ns, cost.round_ns) for model, cost in probe.costs.items()}
    if "processes" in costs:
        call_ns, own_ns = costs["processes"]
        costs["processes"] = (call_ns + probe.share.answers.pickled_ns, own_ns)
    one = Setting(
        demand=demand,
        awaited=_awaited(probe),
        spreads=probe.share.spreads[:: 1 + len(probe.share.spreads) // SAMPLE],
        cores=cores,
        gil=gil,
        crowded=probe.crowding.of(demand),
        costs=costs,
    )
    probe = replace(probe, trials=_telling(probe.trials, one))
    apart, together = probe.trial("processes", PAIR), probe.trial("threads", PAIR)
    if apart and _computes(demand):
        one = _fitted(
            apart, "processes", lambda x: replace(one, crowded=1 + x * (MOST_CROWDED - 1))
        )
    if together:
        one = _in_one_process(one, together)
        if apart and one.admits_inside < inf:
            # Processes that wait as long share whom they wait for; else it is a lock inside.
            shared = replace(one, admits=one.admits_inside, admits_inside=inf)
            one = min((one, shared), key=lambda each: abs(log(_bend(each, "processes", apart))))
        one = _in_a_crowd(one, [trial for trial in probe.trials["threads"] if trial.width > PAIR])
    elif _computes(demand):
        one = replace(one, contended_ns=(probe.crowding.lock - 1) * demand.held_ns)
    limits = {model: width for model, (width, _) in probe.limits.items()}
    return replace(one, bends=_bends(one, probe.trials), limits=limits)


def crowded_out(probe: Probe) -> bool:
    """Whether a model's trials tell of other programs: of calls that compute, beside these.

    How many of ours run makes no difference there, since systems share cores out by programs. What
    the machine showed of calls that compute, in calm moments, stands for them.
    """
    lost = any(all(trial.disturbed for trial in some) for some in probe.trials.values())
    return lost and _computes(probe.share.demand)


def _computes(demand: Demand) -> bool:
    return demand.cpu_ns > COMPUTES_FROM * demand.alone_ns


def _telling(trials: Mapping[str, tuple[Trial, ...]], one: Setting) -> dict[str, tuple[Trial, ...]]:
    """Leave out what tells of other programs, or take off what they did to it."""
    if _computes(one.demand):
        told = {model: _calm(some) for model, some in trials.items()}
        return {model: some for model, some in told.items() if some}
    return {
        model: tuple(_undelayed(trial, model, one) if trial.disturbed else trial for trial in some)
        for model, some in trials.items()
    }


def _calm(some: Iterable[Trial]) -> tuple[Trial, ...]:
    return tuple(trial for trial in some if not trial.disturbed)


def _undelayed(trial: Trial, model: str, one: Setting) -> Trial:
    """Take off what workers stood ready without a core.

    They queue for each other's cores as well, which is no delay: no trial takes less than foretold
    by that, nor more than it took.
    """
    least_ns = one.wall_ns(model, trial.width, trial.calls)
    return replace(trial, wall_ns=max(trial.undelayed_ns, min(least_ns, trial.wall_ns)))


def _awaited(probe: Probe) -> Demand:
    """Take the async form's demand; its CPU at many at once, where a loop has more to do."""
    demand = probe.awaited
    if demand is None:
        return probe.share.demand
    crowd = next(iter(probe.trials.get("asyncio", ())), None)
    own_ns = demand.held_ns + demand.free_ns
    if crowd and 0 < crowd.cpu_ns < own_ns:
        share = crowd.cpu_ns / own_ns
        return replace(demand, held_ns=demand.held_ns * share, free_ns=demand.free_ns * share)
    return demand


def _in_one_process(one: Setting, pair: Trial) -> Setting:
    """Move computing into or out of the lock, or find another lock, until the pair agrees."""
    predicted_ns = one.wall_ns("threads", pair.width, pair.calls)
    apart_ns, locked_ns = (
        _locked(one, x).wall_ns("threads", pair.width, pair.calls) for x in (0.0, 1.0)
    )
    if locked_ns > TELLING * apart_ns:  # else the pair cannot tell, and knocks know better
        one = _fitted(pair, "threads", partial(_locked, one))
        predicted_ns = one.wall_ns("threads", pair.width, pair.calls)
    each_ns = one.demand.alone_ns
    if each_ns - one.demand.held_ns > UNLOCKED * each_ns:
        if pair.wall_ns > TELLING * predicted_ns:
            return _fitted(
                pair, "threads", lambda x: replace(one, admits_inside=_admitted(pair, x))
            )
    elif pair.wall_ns > predicted_ns:
        return _fitted(pair, "threads", lambda x: replace(one, contended_ns=x * each_ns))
    return one


def _locked(one: Setting, share: float) -> Setting:
    """Have a share of what the call itself computes hold the interpreter's lock."""
    own_ns = one.demand.held_ns + one.demand.free_ns
    moved = replace(one.demand, held_ns=share * own_ns, free_ns=(1 - share) * own_ns)
    return replace(one, demand=moved)


def _in_a_crowd(one: Setting, crowds: Sequence[Trial]) -> Setting:
    """Where crowds took longer, find whom they waited for, or how much their threads jostle.

    Both are fitted to the first crowd; the one that meets the others better is taken. Where the
    widest got through faster than the lock would have let it, the lock is held for less.
    """
    if not crowds:
        return one
    first, widest = crowds[0], crowds[-1]
    if widest.wall_ns * TELLING < one.wall_ns("threads", widest.width, widest.calls):
        one = _fitted(widest, "threads", partial(_locked, one))
    foretold_ns = one.wall_ns("threads", first.width, first.calls)
    if first.wall_ns <= TELLING * foretold_ns:
        return one
    most_ns = first.wall_ns / first.calls / (first.width - PAIR)
    found = [
        _fitted(first, "threads", lambda x: replace(one, admits=_admitted(first, x))),
        _fitted(first, "threads", lambda x: replace(one, jostling_ns=x * most_ns)),
    ]
    if first.calls * (one.demand.held_ns + one.demand.free_ns) > BUSY * foretold_ns:
        found.reverse()
    return min(found, key=lambda each: sum(abs(log(_bend(each, "threads", c))) for c in crowds[1:]))


def _bends(one: Setting, trials: Mapping[str, Sequence[Trial]]) -> dict[str, Bends]:
    """Tell by how much each model's trials took longer than what is foretold, by width."""
    bends = {}
    for model, some in trials.items():
        found = [_bend(one, model, trial) for trial in some]
        if _computes(one.demand):
            found = _rising(found)
        bends[model] = ((1, 1.0), *zip((trial.width for trial in some), found, strict=True))
    return bends


def _rising(bends: Sequence[float]) -> list[float]:
    """Pool those that fall from one width to the next, which is chance.

    Nothing computes faster for more beside it (isotonic regression, Barlow and others 1972).
    """
    from scipy.optimize import isotonic_regression

    return [exp(one) for one in isotonic_regression([log(bend) for bend in bends]).x]


def _bend(one: Setting, model: str, trial: Trial) -> float:
    return trial.wall_ns / one.wall_ns(model, trial.width, trial.calls)


def _admitted(trial: Trial, share: float) -> float:
    """Between all of a trial and next to nobody."""
    return max(FEWEST_ADMITTED, trial.width * (1 - share))


def _fitted(trial: Trial, model: str, with_share: Callable[[float], Setting]) -> Setting:
    """Find the share in 0 to 1, of which more takes longer, at which the trial is met."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if with_share(middle).wall_ns(model, trial.width, trial.calls) < trial.wall_ns:
            low = middle
        else:
            high = middle
    return with_share((low + high) / 2)
