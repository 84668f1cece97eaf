"""What a client could reach at best: its predicted wall, and where waiting turns into computing."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from waitbench.stats.estimates import Estimate

LEAST = 1e-9
"""Cores and tasks below this divide by nothing that exists."""

WORKERS = ("thread", "process", "interpreter")
LOCKS_OF_THEIR_OWN = ("process", "interpreter")
"""A model that has workers is named after them; some of them have an interpreter's lock each."""

Side = Literal["below", "above", "near"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """C*, the concurrency at which a client's own CPU takes as long as the wait does.

    Below it more at once buys speed; above it, it buys nothing.

    Attributes:
        value: C*, in tasks at once.
        low: lower end of its interval; None where there is none.
        high: upper end.
    """

    value: float
    low: float | None
    high: float | None

    def side(self, concurrency: int) -> Side:
        """Return on which side of it `concurrency` lies; `near` where the interval holds it."""
        low, high = self.low or self.value, self.high or self.value
        if concurrency < low:
            return "below"
        return "above" if concurrency > high else "near"


def predict_ns(
    tasks: int, concurrency: int, latency_ns: float, cpu_ns: float, parallel: float = 1
) -> float:
    """Least wall that wait and CPU allow a client: max(ceil(N / C) x L, N x cpu / parallel + L).

    The first term is the turns that the wait takes. The second is a client that is never idle: it
    works through all tasks, and the last one still has to wait.

    Args:
        tasks: N, tasks in the round.
        concurrency: C, how many are under way at once.
        latency_ns: L, the wait of one task in nanoseconds.
        cpu_ns: CPU that one task costs this client, in nanoseconds.
        parallel: cores that it can compute on at once: 1 for one interpreter with its lock,
            min(width, cores) for a pool of processes.
    """
    turns = ceil(tasks / max(concurrency, 1)) * latency_ns
    return max(turns, tasks * cpu_ns / max(parallel, LEAST) + latency_ns)


def crossover(latency_ns: float, cpu_ns: Estimate | None, parallel: float = 1) -> Crossover | None:
    """Return C* = L x parallel / cpu, at which both terms of `predict_ns` grow alike.

    Args:
        latency_ns: L, the wait of one task in nanoseconds.
        cpu_ns: CPU that one task costs the client, with its interval over launches.
        parallel: cores that it can compute on at once.

    Returns:
        None where nothing waits or the CPU of a task is not known.
    """
    if latency_ns <= 0 or cpu_ns is None or cpu_ns.value <= 0:
        return None
    at_once = latency_ns * parallel
    return Crossover(
        value=at_once / cpu_ns.value,
        low=at_once / cpu_ns.high if cpu_ns.high else None,
        high=at_once / cpu_ns.low if cpu_ns.low else None,
    )


def parallel(model: str, width: int, cores: float, *, gil: bool) -> float:
    """Cores that a model's own work can fill at once.

    Args:
        model: name of a file in `bench/waitbench/models`.
        width: tasks that it has under way at once.
        cores: cores that may be used.
        gil: whether one lock lets one thread of an interpreter compute at a time.
    """
    spread = any(worker in model for worker in LOCKS_OF_THEIR_OWN) or (not gil and not alone(model))
    return max(1.0, min(float(width), cores)) if spread else 1.0


def alone(model: str) -> bool:
    """Whether one thread does all that a model has to do: it has no workers."""
    return not any(worker in model for worker in WORKERS)
