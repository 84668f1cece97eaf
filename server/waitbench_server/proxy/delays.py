"""When what came in one direction of a connection is to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from waitbench_server import draws
from waitbench_server.units import MS

if TYPE_CHECKING:
    from waitbench_server.proxy.hub import Hub
    from waitbench_server.proxy.settings import Way

_SILENCE_NS: Final = 100 * MS


class Delays:
    """The moments of one direction, in order; each connection has draws of its own."""

    __slots__ = ("_drawn", "_due_ns", "_hub", "_read_ns", "_start")

    def __init__(self, hub: Hub, start: int, opens_ns: int) -> None:
        """Begin.

        Args:
            hub: which knows when the period began.
            start: where its stream of draws begins.
            opens_ns: before this moment nothing goes on.
        """
        self._hub = hub
        self._start = start
        self._drawn = 0
        self._due_ns = opens_ns
        self._read_ns = 0

    def due_ns(self, way: Way, now_ns: int, *, turned: bool, by_turn: bool) -> int:
        """Return when what came now is to go on: never before what came earlier.

        Args:
            way: what happens to this direction.
            now_ns: when it came.
            turned: whether the other side was the last to speak.
            by_turn: whether only the first after that, or after silence, is delayed.
        """
        fresh = turned or now_ns - self._read_ns > _SILENCE_NS
        self._read_ns = now_ns
        due_ns = now_ns
        if fresh or not by_turn:
            delay_ns = way.fixed_ns
            if delay_ns is None:
                delay_ns = way.delay.quantile_ns(draws.uniform(self._start, self._drawn))
                self._drawn += 1
            if way.stalls is not None:
                delay_ns += way.stalls.stall_ns(now_ns - self._hub.begun_ns, delay_ns)
            due_ns += delay_ns
        self._due_ns = max(due_ns, self._due_ns)
        return self._due_ns
