"""Figures of a watched round in, what one call asks of the machine out: waiting, lock, cores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

BRIEF_NS = 800_000
"""Bursts of CPU shorter than this hold the lock too briefly to be met by a sample."""
MOST_UNSEEN = 0.4
FEW_SAMPLES = 20
"""Fewer tell too little."""
TICK_NS = 4_000_000
"""The system counts its own part of the CPU in ticks about so long: of less it knows no share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one call asks for, in nanoseconds, as if it had the machine to itself.

    The word is of queueing theory: the service demand at each station.

    Attributes:
        waits_ns: neither it nor anything that it started computes: network, disk, locks, sleep.
        held_ns: CPU of its process while it holds the interpreter's lock.
        free_ns: CPU of its thread without that lock: C code that lets go of it, and system calls.
        helped_ns: CPU of helpers: children, BLAS and other threads that need no lock.
        helped_span_ns: how long the call stood still while they computed for it.
        queued_ns: what it stood ready without a core, because others had it: no part of the call.
    """

    waits_ns: float
    held_ns: float
    free_ns: float
    helped_ns: float = 0.0
    helped_span_ns: float = 0.0
    queued_ns: float = 0.0

    @classmethod
    def of(cls, seen: Mapping[str, float], wall_ns: float, calls: int) -> Self:
        """Split a round of `calls` calls, one after the other, into what each asked for.

        Args:
            seen: the figures of `waitbench.system.round_watch`.
            wall_ns: of the round.
            calls: how many it had.
        """
        own, threads = seen["watched_own_ns"], seen["watched_threads_ns"]
        children, queued = seen["watched_children_ns"], seen["watched_own_queued_ns"]
        computing = own + threads
        held = min(computing, _held_share(seen, wall_ns) * computing)
        # Helpers do not hold the lock where it is not held more than the call's own thread could.
        own_held = min(own, held)
        helped = children + threads - (held - own_held)
        off = max(0.0, wall_ns - own - queued)
        late = seen["watched_threads_queued_ns"] + seen["watched_children_queued_ns"]
        span = min(off, (helped + late) / seen["watched_helpers"]) if helped > 0 else 0.0
        undelayed = span * helped / (helped + late) if helped > 0 else 0.0
        return cls(
            waits_ns=max(0.0, off - span) / calls,
            held_ns=held / calls,
            free_ns=max(0.0, own - own_held) / calls,
            helped_ns=helped / calls,
            helped_span_ns=undelayed / calls,
            queued_ns=queued / calls,
        )

    @property
    def cpu_ns(self) -> float:
        """CPU of one call, its helpers' included."""
        return self.held_ns + self.free_ns + self.helped_ns

    @property
    def alone_ns(self) -> float:
        """How long one call takes by itself."""
        return self.waits_ns + self.held_ns + self.free_ns + self.helped_span_ns

    @property
    def waiting(self) -> float:
        """Share of that in which nothing computes."""
        return self.waits_ns / self.alone_ns if self.alone_ns else 0.0

    @property
    def locked(self) -> float:
        """Share of that in which the call holds the interpreter's lock."""
        return min(1.0, self.held_ns / self.alone_ns) if self.alone_ns else 0.0


def tells_lock(seen: Mapping[str, float], wall_ns: float) -> bool:
    """Whether a round was long enough to tell who computed with the interpreter's lock.

    Args:
        seen: the figures of `waitbench.system.round_watch`; samples may be pooled over rounds.
        wall_ns: of the round.
    """
    return _sampled_share(seen, wall_ns) is not None or _ticked(seen)


def _held_share(seen: Mapping[str, float], wall_ns: float) -> float:
    """Share of the CPU that is spent with the lock: by samples, or by the system's part of it.

    Where neither tells, all of it: that is true of plain Python code.
    """
    held = _sampled_share(seen, wall_ns)
    if held is not None:
        return held
    if _ticked(seen):
        return 1 - seen["watched_system_share"]  # most system calls that take long let go of it
    return 1.0


def _ticked(seen: Mapping[str, float]) -> bool:
    """Whether the system's part of the CPU tells: in bursts, and in enough of them."""
    computing = seen["watched_own_ns"] + seen["watched_threads_ns"]
    return _burst_ns(seen) < BRIEF_NS and computing >= TICK_NS


def _burst_ns(seen: Mapping[str, float]) -> float:
    computing = seen["watched_own_ns"] + seen["watched_threads_ns"]
    return computing / (seen["watched_switches"] + 1)


def _sampled_share(seen: Mapping[str, float], wall_ns: float) -> float | None:
    """Share of the CPU spent with the lock, by samples; None where they met too little of it.

    Samples taken while the call was off its core found the lock free; how many they are is known
    from the clock. Of the rest, those that had to queue for a core know nothing and are left out.
    """
    computing = seen["watched_own_ns"] + seen["watched_threads_ns"]
    queued = seen["watched_own_queued_ns"] + seen["watched_threads_queued_ns"]
    held, free = seen["watched_knocks_held"], seen["watched_knocks_free"]
    samples = held + free + seen["watched_knocks_queued"]
    burst_ns = _burst_ns(seen)
    off = max(0.0, 1 - (computing + queued) / wall_ns) * samples
    beside = max(0.0, free - off * (1 - seen["watched_knocks_idle_share"]))
    if burst_ns < BRIEF_NS or held + beside < FEW_SAMPLES:
        return None
    # A sample within the limit of a burst's end was let in before it could tell.
    unseen = min(MOST_UNSEEN, seen["watched_knocks_limit_ns"] / burst_ns)
    return min(1.0, held / (held + beside) / (1 - unseen))
