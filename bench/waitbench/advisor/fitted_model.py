"""The queueing model of a callable on a machine: how long a round takes, where more helps."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.corrections import interpolated
from waitbench.advisor.model_overhead import Overhead
from waitbench.perfmodel.chunks import even_chunk
from waitbench.perfmodel.queueing import Places, round_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.advisor.corrections import Corrections
    from waitbench.perfmodel.demand import Demand

NO_OVERHEAD = Overhead(call_ns=0.0, round_ns=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """The queueing model, fitted to a callable on a machine.

    Attributes:
        demand: of one call.
        awaited: of one call of the async form; the same where there is none.
        spreads: how calls differ.
        cores: how many may be used.
        gil: whether threads share one lock.
        contention: how many times longer a core takes while all others compute, too.
        capacity: how many what it waits for serves at once, whatever the model.
        capacity_inside: the same within one process: 1 for a library's own lock.
        contended_ns: what it adds to a call in threads that another one wants the lock, too.
        per_thread_ns: what every further thread adds to a call.
        overheads: of the models by themselves.
        returning_ns: what one process takes to make a result again that another one gives back.
        corrections: what of the trials no station explains, by model.
        limits: at how many at once a model failed, by model.
    """

    demand: Demand
    awaited: Demand
    spreads: tuple[float, ...]
    cores: float
    gil: bool = True
    contention: float = 1.0
    capacity: float = inf
    capacity_inside: float = inf
    contended_ns: float = 0.0
    per_thread_ns: float = 0.0
    overheads: Mapping[str, Overhead]
    returning_ns: float = 0.0
    corrections: Mapping[str, Corrections] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)

    def saturates_at(self, model: str) -> float:
        """Return C*: at how many at once the busiest station has no gap left; infinite without one.

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
        capacity = (
            self.capacity if model == "processes" else min(self.capacity, self.capacity_inside)
        )
        busiest_ns = max(busiest_ns, demand.waits_ns / capacity)
        return demand.alone_ns / busiest_ns if busiest_ns > 0 else inf

    def wall_ns(self, model: str, width: int, calls: int) -> float:
        """Predict the wall of a round in nanoseconds; that of sync is known."""
        if model == "sync":
            return calls * self.demand.alone_ns
        own = self.overheads.get(model, NO_OVERHEAD)
        call_ns = own.call_ns
        if model == "threads":
            call_ns += self.contended_ns + self.per_thread_ns * max(0, width - PAIR)
        inside = model != "processes"
        places = Places(
            width=width,
            cores=self.cores,
            lock=model == "threads" and self.gil,
            loop=model == "asyncio",
            contention=self.contention,
            capacity=min(self.capacity, self.capacity_inside if inside else inf),
            call_ns=call_ns,
            round_ns=own.round_ns,
            chunk=1 if inside else even_chunk(calls, width),
        )
        demand = self.awaited if model == "asyncio" else self.demand
        correction = interpolated(self.corrections.get(model, ()), places.width)
        took_ns = round_ns(demand, self.spreads, calls, places)
        # Whatever a trial shows, no more is gained than there are workers, or cores.
        least_ns = calls * max(demand.alone_ns / places.width, demand.cpu_ns / self.cores)
        handed_ns = 0.0 if inside else calls * self.returning_ns
        return max(min(took_ns, least_ns), correction * took_ns, handed_ns)
