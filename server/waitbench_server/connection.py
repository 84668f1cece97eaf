"""aiohttp's connection, which also notes when bytes arrive and lets due answers go first."""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench_server.ledger import Ledger
    from waitbench_server.timer import Deadlines


class Connection(web.RequestHandler):
    """One client's connection.

    Arrival is stamped here and not where the request is handled: between the two the loop turns
    two or three times, and with many clients that is the greater part of the error.
    """

    __slots__ = ("_deadlines", "_ledger", "received_ns")

    def __init__(
        self, server: web.Server, ledger: Ledger, deadlines: Deadlines, **options: Any
    ) -> None:
        super().__init__(server, **options)
        self._ledger = ledger
        self._deadlines = deadlines
        self.received_ns = 0
        """When the bytes came that were read last, in monotonic nanoseconds."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it and let aiohttp take over; aiohttp also sets TCP_NODELAY."""
        self._ledger.connected()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count it out."""
        self._ledger.disconnected()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Stamp the arrival; answer what is due before parsing what is new."""
        self.received_ns = now_ns = monotonic_ns()
        if self._deadlines.next_ns <= now_ns:
            self._deadlines.fire()
        super().data_received(data)


def factory(
    server: web.Server, ledger: Ledger, deadlines: Deadlines, **options: Any
) -> Callable[[], Connection]:
    """Return what makes a connection for every client; `options` are those of aiohttp's own."""
    loop = asyncio.get_running_loop()
    return lambda: Connection(server, ledger, deadlines, loop=loop, **options)
