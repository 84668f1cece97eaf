"""What a worker does now and then beside its requests: look for lag, garbage and the parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

from waitbench_server.units import MS

if TYPE_CHECKING:
    import asyncio

    from waitbench_server.collection import Collection
    from waitbench_server.ledger import Ledger
    from waitbench_server.lifetime import Parent
    from waitbench_server.proxy.links import Links
    from waitbench_server.timer import Deadlines

_BUSY_NS: Final = 20 * MS
_IDLE_NS: Final = 200 * MS
_REST_NS: Final = 5 * _IDLE_NS  # a second without requests is a good moment to collect garbage


@dataclass(kw_only=True, slots=True)
class Chores:
    """The chores of one worker; they come round more often while there is work."""

    loop: asyncio.AbstractEventLoop
    deadlines: Deadlines
    ledger: Ledger
    collection: Collection
    parent: Parent
    stop: asyncio.Event
    links: Links | None = None
    _seen: int = field(default=0, init=False)
    _rested_ns: int = field(default=0, init=False)

    def do(self) -> None:
        """Run the chores now, and again and again from then on."""
        asked_ns = monotonic_ns()
        # How long a call waits for its turn on the loop is how long bytes may lie unread.
        self.loop.call_soon(lambda: self.ledger.lagged(monotonic_ns() - asked_ns))
        if self.parent.gone:
            self.stop.set()
        seen = self.ledger.requests + (self.links.pieces if self.links is not None else 0)
        idle = seen == self._seen and not self.ledger.in_flight
        self._seen = seen
        self._rested_ns = self._rested_ns + _IDLE_NS if idle else 0
        self.collection.tidy(idle=self._rested_ns == _REST_NS)  # once in every rest
        self.deadlines.at(asked_ns + (_IDLE_NS if idle else _BUSY_NS), self.do)
