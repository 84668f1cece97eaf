"""What bound a contestant: a few measured facts in, one label out, never silence."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

Bound = Literal[
    "latency-bound",
    "client-CPU-bound",
    "cores-bound",
    "target-bound",
    "lockstep",
    "pool-bound",
    "generator-bound",
]

LATE = 0.05
"""Target-bound above this fault of it, as a share of the delay that was asked for."""
MATTERS = 0.02
"""A fault that makes up less of the round than this, the precision of a race, changes nothing."""
TARGET_BUSY = 0.90
"""Target-bound at no latency, when it burns this share of one core per worker of its own."""
CPU_BUSY = 0.85
"""CPU per wall, as a share of what could be burnt, at which there was no more of it to have."""
NEAR = 1.10
"""A wall up to this many times the sum of its turns' waits is explained by waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetHealth:
    """What the target said of a contestant's rounds, each figure the median over them.

    Attributes:
        asked_ns: delay that was asked for, in nanoseconds.
        error_ns: how far from it the target came, in nanoseconds.
        queue_ns: how long a task stood in its queue before that; 0 for one that keeps up.
        cpu_ns: CPU that the target burnt in a round, in nanoseconds, over all its workers.
        workers: processes that it serves with.
    """

    asked_ns: float
    error_ns: float
    cpu_ns: float
    workers: int
    queue_ns: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """One contestant's typical round.

    Attributes:
        tasks: N, tasks in the round.
        concurrency: C, how many the scenario allows at once.
        width: how many the model really had under way at once.
        waits_ns: mean wait of a task in nanoseconds.
        wall_ns: median wall of the round in nanoseconds.
        cpu_ns: median CPU of the client with its children in nanoseconds.
        ready_ns: how long its one thread stood ready and got no core, in nanoseconds; 0 where it
            has several, or nobody knows.
        cores: cores that it was allowed.
        spread: how many of them its own work can fill at once: 1 for one interpreter's lock.
        others_ns: CPU that others than client and target took in a round; 0 where nobody knows.
        target: what the target said; None where none took part.
    """

    tasks: int
    concurrency: int
    width: int
    waits_ns: float
    wall_ns: float
    cpu_ns: float
    cores: float
    spread: float = 1.0
    ready_ns: float = 0.0
    others_ns: float = 0.0
    target: TargetHealth | None = None


def label(burden: Burden) -> Bound:
    """Name what held a contestant back.

    First the target, whose fault is nobody's speed; then waiting, if the turns' waits explain the
    wall; then a CPU with nothing left. Where no threshold is met, the largest of the lower bounds
    that these predict: all of them are below the wall, so the largest explains most of it.
    """
    if burden.target and _held_back(burden.target, burden):
        return "target-bound"
    waiting = _turns(burden) * burden.waits_ns
    if waiting and burden.wall_ns <= NEAR * waiting:
        return _waiting(burden)
    # A thread that others kept from its core wanted it all the same.
    busy = (burden.cpu_ns + burden.ready_ns) / max(burden.wall_ns, 1)
    if busy >= CPU_BUSY * burden.cores:
        return "cores-bound" if burden.cores > 1 or burden.width > 1 else "client-CPU-bound"
    if CPU_BUSY <= busy <= 2 - CPU_BUSY and burden.spread <= 1:
        return "client-CPU-bound"
    return _largest(burden, waiting, busy)


def _held_back(target: TargetHealth, burden: Burden) -> bool:
    if target.asked_ns <= 0:
        full_ns = TARGET_BUSY * max(target.workers, 1) * max(burden.wall_ns, 1)
        queued_ns = _turns(burden) * target.queue_ns
        return target.cpu_ns >= full_ns or queued_ns > LATE * burden.wall_ns
    fault = abs(target.error_ns) + target.queue_ns
    # Late by a tenth of a wait is nothing to a client that computes a hundred times as long.
    matters = _turns(burden) * fault > MATTERS * burden.wall_ns
    return fault > LATE * target.asked_ns and matters


def _turns(burden: Burden) -> int:
    return ceil(burden.tasks / max(burden.width, 1))


def _waiting(burden: Burden) -> Bound:
    wanted = min(burden.concurrency, burden.tasks)
    if burden.width >= wanted > 1:
        return "latency-bound"
    if burden.width > 1:
        return "pool-bound"
    return "lockstep" if burden.tasks > 1 else "latency-bound"


def _crowded(burden: Burden) -> bool:
    """Whether a client that could fill several cores found none with nothing to do."""
    served_ns = burden.target.cpu_ns if burden.target else 0.0
    taken_ns = burden.cpu_ns + served_ns + burden.others_ns
    return burden.spread > 1 and taken_ns >= CPU_BUSY * burden.cores * burden.wall_ns


def _largest(burden: Burden, waiting: float, busy: float) -> Bound:
    cpu: Bound = "cores-bound" if busy > 1 or _crowded(burden) else "client-CPU-bound"
    floors: dict[Bound, float] = {
        _waiting(burden): waiting,
        cpu: burden.cpu_ns / max(burden.spread if busy <= 1 else burden.cores, 1e-9),
    }
    if burden.target:
        floors["target-bound"] = burden.target.cpu_ns / max(burden.target.workers, 1)
    if burden.width == 1 and burden.tasks > 1:
        # One at a time, whoever works meanwhile: client and target take turns.
        floors["lockstep"] = waiting + floors.pop("target-bound", 0.0)
    return max(floors, key=lambda bound: floors[bound])
