"""A probe in, the queueing model out, set so that it agrees with what the trials really took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from bench.advisor.together import PAIR
from bench.chunks import even_chunk
from bench.queueing import Places, round_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.advisor.probe import Probe
    from bench.advisor.together import Trial
    from bench.demand import Demand

FEWEST_ADMITTED = 0.2
STEPS = 14
"""Halvings of a search: one part in 16,000."""
MOST_CROWDED = 3.0
COMPUTES_FROM = 0.5
"""Share of computing from which two processes can tell how cores hinder each other."""
TELLING = 1.12
"""Longer by so much than what was predicted is more than noise."""
UNLOCKED = 0.3
"""Share of a call without the interpreter's lock from which another lock can hold it up."""
BUSY = 0.5
"""Cores' worth of its own computing from which a crowd jostles; below, it waits in line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The queueing model, set to a callable and a machine.

    Attributes:
        demand: of one call.
        awaited: of one call of the async form; the same where there is none.
        spreads: how calls differ.
        cores: how many may be used.
        gil: whether threads share one lock.
        crowded: how cores hinder each other.
        admits: how many what it waits for serves at once, whatever the model.
        admits_inside: the same within one process: 1 for a library's own lock.
        contended_ns: what it adds to a call in threads that another one wants the lock, too.
        jostling_ns: what every further thread adds.
        costs: of the models, as call and round, in nanoseconds.
    """

    demand: Demand
    awaited: Demand
    spreads: tuple[float, ...]
    cores: float
    gil: bool = True
    crowded: float = 1.0
    admits: float = inf
    admits_inside: float = inf
    contended_ns: float = 0.0
    jostling_ns: float = 0.0
    costs: dict[str, tuple[float, float]]

    def saturates_at(self, model: str) -> float:
        """Give C*: at how many at once the busiest station has no gap left; infinite without one.

        It is the time of a call alone over what it asks of that station (asymptotic bounds of a
        closed queueing network, Denning and Buzen 1978).
        """
        demand = self.awaited if model == "asyncio" else self.demand
        cpu_ns = demand.cpu_ns / self.cores
        busiest_ns = {
            "threads": max(cpu_ns, demand.held_ns if self.gil else 0.0),
            "asyncio": max(cpu_ns, demand.held_ns + demand.free_ns),
            "processes": cpu_ns,
        }[model]
        admits = self.admits if model == "processes" else min(self.admits, self.admits_inside)
        busiest_ns = max(busiest_ns, demand.waits_ns / admits)
        return demand.alone_ns / busiest_ns if busiest_ns > 0 else inf

    def wall_ns(self, model: str, width: int, calls: int) -> float:
        """Predict the wall of a round in nanoseconds."""
        call_ns, own_ns = self.costs.get(model, (0.0, 0.0))
        if model == "threads":
            call_ns += self.contended_ns + self.jostling_ns * max(0, width - PAIR)
        inside = model != "processes"
        places = Places(
            width=1 if model == "sync" else width,
            cores=self.cores,
            lock=model == "threads" and self.gil,
            loop=model == "asyncio",
            crowded=self.crowded,
            admits=min(self.admits, self.admits_inside if inside else inf),
            call_ns=call_ns,
            round_ns=own_ns,
            chunk=1 if inside else even_chunk(calls, width),
        )
        demand = self.awaited if model == "asyncio" else self.demand
        return round_ns(demand, self.spreads, calls, places)


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
        spreads=probe.share.spreads[:64],
        cores=cores,
        gil=gil,
        costs=costs,
    )
    apart, together = probe.pairs.get("processes"), probe.pairs.get("threads")
    one = replace(one, crowded=probe.spun)
    if apart and demand.cpu_ns > COMPUTES_FROM * demand.alone_ns:
        one = _fitted(
            apart, "processes", lambda x: replace(one, crowded=1 + x * (MOST_CROWDED - 1))
        )
    if together:
        one = _in_one_process(one, together)
    return _in_a_crowd(one, probe.crowd) if probe.crowd else one


def _awaited(probe: Probe) -> Demand:
    """Take the async form's demand; its CPU at many at once, where a loop has more to do."""
    demand = probe.awaited
    if demand is None:
        return probe.share.demand
    crowd = probe.awaited_crowd
    own_ns = demand.held_ns + demand.free_ns
    if crowd and 0 < crowd.cpu_ns < own_ns:
        share = crowd.cpu_ns / own_ns
        return replace(demand, held_ns=demand.held_ns * share, free_ns=demand.free_ns * share)
    return demand


def _in_one_process(one: Setting, pair: Trial) -> Setting:
    """Move computing into or out of the lock, or find another lock, until the pair agrees."""
    demand, predicted_ns = one.demand, one.wall_ns("threads", pair.width, pair.calls)
    own_ns = demand.held_ns + demand.free_ns

    def held(share: float) -> Setting:
        moved = replace(demand, held_ns=share * own_ns, free_ns=(1 - share) * own_ns)
        return replace(one, demand=moved)

    apart_ns, locked_ns = (held(x).wall_ns("threads", pair.width, pair.calls) for x in (0.0, 1.0))
    if locked_ns > TELLING * apart_ns:  # else the pair cannot tell, and knocks know better
        one = _fitted(pair, "threads", held)
        predicted_ns = one.wall_ns("threads", pair.width, pair.calls)
    each_ns = demand.alone_ns
    if each_ns - one.demand.held_ns > UNLOCKED * each_ns:
        if pair.wall_ns > TELLING * predicted_ns:
            return _fitted(
                pair, "threads", lambda x: replace(one, admits_inside=_admitted(pair, x))
            )
    elif pair.wall_ns > predicted_ns:
        return _fitted(pair, "threads", lambda x: replace(one, contended_ns=x * each_ns))
    return one


def _in_a_crowd(one: Setting, crowd: Trial) -> Setting:
    """Where a crowd took longer, find whom it waited for, or how much its threads jostle."""
    predicted_ns = one.wall_ns("threads", crowd.width, crowd.calls)
    if crowd.wall_ns <= TELLING * predicted_ns:
        return one
    each_ns = crowd.wall_ns / crowd.calls
    busy = crowd.calls * (one.demand.held_ns + one.demand.free_ns) / predicted_ns
    if busy > BUSY:
        most_ns = each_ns / (crowd.width - PAIR)
        return _fitted(crowd, "threads", lambda x: replace(one, jostling_ns=x * most_ns))
    return _fitted(crowd, "threads", lambda x: replace(one, admits=_admitted(crowd, x)))


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
