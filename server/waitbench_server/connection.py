"""aiohttp's connection with limits, which notes arrivals and lets due answers go first."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from waitbench_server.ledger import Ledger
    from waitbench_server.timer import Deadlines


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a connection may take of the server.

    Attributes:
        connections: so many are served at once, others are closed.
        header_s: seconds from the first byte of a request to the end of its head.
        idle_s: seconds without a whole request.
    """

    connections: int
    header_s: float
    idle_s: float


class Connection(web.RequestHandler):
    """One client's connection.

    Arrival is stamped here and not where the request is handled: between the two the loop turns
    two or three times, and with many clients that is the greater part of the error.
    """

    __slots__ = ("_deadlines", "_head_timer", "_ledger", "_limits", "_turned_away", "received_ns")

    def __init__(
        self,
        server: web.Server,
        ledger: Ledger,
        deadlines: Deadlines,
        limits: Limits,
        **options: Any,
    ) -> None:
        super().__init__(server, keepalive_timeout=limits.idle_s, **options)
        self._ledger = ledger
        self._deadlines = deadlines
        self._limits = limits
        self._head_timer: asyncio.TimerHandle | None = None
        self._turned_away = False
        self.received_ns = 0
        """When the bytes came that were read last, in monotonic nanoseconds."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it and let aiohttp take over, which sets TCP_NODELAY; or close it: too many."""
        if self._ledger.connections >= self._limits.connections:
            self._turned_away = True
            self._ledger.turned_away()
            transport.abort()  # type: ignore[attr-defined]  # a transport of a connection has it
            return
        self._ledger.connected()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it out."""
        if self._turned_away:
            return
        if self._head_timer is not None:
            self._head_timer.cancel()
        self._ledger.disconnected()
        transport = self.transport
        super().connection_lost(exc)
        if transport is not None:
            let_go(transport)

    def data_received(self, data: bytes) -> None:
        """Stamp the arrival; answer what is due before parsing what is new."""
        self.received_ns = now_ns = monotonic_ns()
        if self._deadlines.next_ns <= now_ns:
            self._deadlines.fire()
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None
        elif self._head_timer is None and self._waiter is not None:
            # A request was waited for, and this was not the whole of its head.
            self._head_timer = self._loop.call_later(self._limits.header_s, self._give_up)

    def _give_up(self) -> None:
        self._ledger.too_slow()
        self.force_close()


def let_go(transport: asyncio.BaseTransport) -> None:
    """Break the reference cycle that asyncio leaves in a closed transport, so that it is freed.

    It keeps its own bound methods (`_read_ready_cb`, from Python 3.12 on `_write_ready` too) until
    the collector comes, which the target keeps away while it serves: what opens a connection for
    each request would fill its memory. Transports of other loops have nothing of the kind.
    """
    own = getattr(transport, "__dict__", {})
    for name in ("_read_ready_cb", "_write_ready"):
        own.pop(name, None)


def factory(
    server: web.Server, ledger: Ledger, deadlines: Deadlines, limits: Limits, **options: Any
) -> Callable[[], Connection]:
    """Return what makes a connection for every client; `options` are those of aiohttp's own."""
    return lambda: Connection(server, ledger, deadlines, limits, **options)
