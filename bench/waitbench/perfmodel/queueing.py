"""What calls ask for and how they are run in, the wall of a round out: a small queueing model.

Waiting has room for any number; an interpreter's lock serves one at a time, in turns of 5 ms, or as
many as there are cores where there is no lock; the cores serve all that compute, in equal parts.
Workers take call after call, as a closed queueing network has it (Denning and Buzen 1978), but with
the durations that were seen instead of a law of chance, so that a short round's ends count too.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.perfmodel.demand import Demand

TURN_NS = 5_000_000
"""How long one thread keeps the lock while others want it: `sys.getswitchinterval()`."""
LEAST_NS = 1e-3
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How calls are run, and on what.

    Attributes:
        width: how many are under way at once.
        cores: how many compute at once.
        lock: whether all share one interpreter's lock.
        loop: whether all share one thread: whatever computes then keeps the others waiting.
        contention: how many times longer a core computes while all others do, too: shared caches,
            memory bandwidth, two threads of one core.
        capacity: how many what they wait for serves at once: a library's lock one, a database as
            many as it has connections; more of them share that.
        call_ns: what the model itself takes for a call, in CPU, on the worker's side.
        round_ns: what it takes for a round.
        chunk: how many calls a worker takes at once.
    """

    width: int
    cores: float
    lock: bool = False
    loop: bool = False
    contention: float = 1.0
    capacity: float = inf
    call_ns: float = 0.0
    round_ns: float = 0.0
    chunk: int = 1


@dataclass(slots=True)
class _Phase:
    """A part of a call: at which station, how much is left, and cores that it fills."""

    station: str
    left_ns: float
    fills: float = 1.0


@dataclass(slots=True)
class _Room:
    """Who is at which station now."""

    lock: deque[int] = field(default_factory=deque)
    turn_ns: float = TURN_NS


def round_ns(demand: Demand, spreads: Sequence[float], calls: int, places: Places) -> float:
    """Predict the wall of a round in nanoseconds.

    Args:
        demand: what one call asks for, on average.
        spreads: how much longer than the next each call of a sample is, taken in turn; on average
            the calls of a round are as `demand` says.
        calls: N, how many the round has.
        places: who runs them.
    """
    drawn = [spreads[number % len(spreads)] for number in range(calls)]
    scaled = [_scaled(demand, share * calls / sum(drawn)) for share in drawn]
    crew = _Crew(scaled, places)
    now_ns = 0.0
    while any(crew.workers):
        now_ns += _step(crew, places)
    return now_ns + places.round_ns


class _Crew:
    """The workers, each with what is left of its call, and what is still to be handed out."""

    def __init__(self, demands: Sequence[Demand], places: Places) -> None:
        self._places = places
        self._demands = demands
        self._bundles = _bundles(len(demands), places.chunk)
        many = min(places.width, len(self._bundles))
        self._taken: list[deque[int]] = [deque() for _ in range(many)]
        self.workers: list[deque[_Phase]] = [deque() for _ in range(many)]
        self.room = _Room()
        for worker in range(many):
            self.take(worker)

    def take(self, worker: int) -> None:
        """Let a worker whose call is over take the next, if there is one."""
        if not self._taken[worker] and self._bundles:
            self._taken[worker].extend(self._bundles.popleft())
        if self._taken[worker]:
            demand = self._demands[self._taken[worker].popleft()]
            self.workers[worker].extend(_phases(demand, self._places))
            _enter(worker, self.workers[worker], self.room)

    def settle(self, worker: int) -> None:
        """Let a worker leave what it has done, and go where it is due next."""
        phases = self.workers[worker]
        while phases and phases[0].left_ns <= LEAST_NS:
            _leave(worker, phases.popleft(), self.room)
            if phases:
                _enter(worker, phases, self.room)
            else:
                self.take(worker)


def _step(crew: _Crew, places: Places) -> float:
    """Go on until the next phase or turn is over; gives the nanoseconds that this takes."""
    room, workers = crew.room, crew.workers
    rates = _rates(workers, room, places)
    step_ns = min(workers[worker][0].left_ns / rate for worker, rate in rates.items() if rate > 0)
    contended = len(room.lock) > 1
    if contended:
        step_ns = min(step_ns, max(room.turn_ns, LEAST_NS))
    room.turn_ns -= step_ns
    for worker, rate in rates.items():
        workers[worker][0].left_ns -= step_ns * rate
    if contended and room.turn_ns <= LEAST_NS:
        room.lock.rotate(-1)
        room.turn_ns = TURN_NS
    for worker in rates:
        crew.settle(worker)
    return step_ns


def _bundles(calls: int, chunk: int) -> deque[range]:
    starts = range(0, calls, chunk)
    return deque(range(start, min(start + chunk, calls)) for start in starts)


def _scaled(demand: Demand, spread: float) -> Demand:
    """Lengthen everything in a call alike."""
    return replace(
        demand,
        waits_ns=demand.waits_ns * spread,
        held_ns=demand.held_ns * spread,
        free_ns=demand.free_ns * spread,
        helped_ns=demand.helped_ns * spread,
        helped_span_ns=demand.helped_span_ns * spread,
    )


def _phases(demand: Demand, places: Places) -> deque[_Phase]:
    """Return the phases of a call: it computes, waits, computes unlocked, computes again."""
    held, free = demand.held_ns + places.call_ns, demand.free_ns
    if places.loop:
        held, free = held + free, 0.0
    own = "lock" if places.lock or places.loop else "cores"
    beside = demand.helped_ns if demand.helped_span_ns <= 0 else 0.0
    along = 1 + beside / max(LEAST_NS, held + free)
    phases = [
        _Phase(own, held * HALF, along),
        _Phase("wait", demand.waits_ns),
        _Phase("cores", free, along),
        _Phase("cores", demand.helped_span_ns, demand.helped_ns / max(demand.helped_span_ns, 1)),
        _Phase(own, held * HALF, along),
    ]
    return deque(phase for phase in phases if phase.left_ns > LEAST_NS) or deque(
        [_Phase("wait", 2 * LEAST_NS)]
    )


def _rates(workers: Sequence[deque[_Phase]], room: _Room, places: Places) -> dict[int, float]:
    """Return how fast each worker gets on with its phase: 0 for who stands in a queue."""
    computing: dict[int, float] = {}
    rates: dict[int, float] = {}
    waiting = sum(phase.station == "wait" for _, phase in _present(workers))
    for worker, phase in _present(workers):
        if phase.station == "wait":
            rates[worker] = min(1.0, places.capacity / waiting)
        elif phase.station == "cores" or room.lock[0] == worker:
            computing[worker] = phase.fills
        else:
            rates[worker] = 0.0
    wanted = sum(computing.values())
    pace = min(1.0, places.cores / wanted) if wanted else 1.0
    if places.cores > 1:
        beside = min(1.0, max(0.0, wanted - 1) / (places.cores - 1))
        pace /= 1 + (places.contention - 1) * beside
    return {**rates, **dict.fromkeys(computing, pace)}


def _present(workers: Sequence[deque[_Phase]]) -> Iterator[tuple[int, _Phase]]:
    return ((worker, phases[0]) for worker, phases in enumerate(workers) if phases)


def _enter(worker: int, phases: deque[_Phase], room: _Room) -> None:
    if phases[0].station == "lock":
        if not room.lock:
            room.turn_ns = TURN_NS
        room.lock.append(worker)


def _leave(worker: int, phase: _Phase, room: _Room) -> None:
    if phase.station == "lock":
        room.lock.remove(worker)
        room.turn_ns = TURN_NS
