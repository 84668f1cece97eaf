"""Sends one answer in pieces: each is written by the timer itself, at its own absolute moment."""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import TYPE_CHECKING
from zlib import crc32

from waitbench_server import faults
from waitbench_server.outcomes import CLOSE, RESET
from waitbench_server.pieces import Sent
from waitbench_server.units import S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiohttp import web

    from waitbench_server.exchange import Exchange
    from waitbench_server.ledger import Ledger
    from waitbench_server.pieces import Shape
    from waitbench_server.stream import Break
    from waitbench_server.timer import Deadlines


class Streaming:
    """One stream under way.

    Args:
        request: that it answers.
        exchange: its head; the pieces are due from the moment on at which that is due.
        shape: how the pieces are written.
        number: of the stream.
        count: how many pieces there are.
        moments: of the pieces, counted from that moment.
        broken: what goes wrong.
        chunked: whether each piece is a chunk, or the connection's end is that of the stream.
        deadlines: what keeps the moments; None keeps them with the loop's own timer.
        ledger: where the pieces are counted.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        *,
        request: web.BaseRequest,
        exchange: Exchange,
        shape: Shape,
        number: int,
        count: int,
        moments: Iterator[int],
        broken: Break,
        chunked: bool,
        deadlines: Deadlines | None,
        ledger: Ledger,
    ) -> None:
        self._request = request
        self._exchange = exchange
        self._shape = shape
        self._count = count
        self._moments = moments
        self._broken = broken
        self._chunked = chunked
        self._deadlines = deadlines
        self._ledger = ledger
        self._loop = asyncio.get_running_loop()
        self._start_ns = exchange.begun_ns + exchange.asked_ns
        self._sent = Sent(number=number, received_ns=exchange.received_ns)
        self._piece = 0
        self._due_ns = 0
        self._event = b""
        self._read_ns = 0  # when the client went on reading, if it ever stopped
        self._over = False
        self._stop: asyncio.Future[None] | None = None
        self._take_back: Callable[[], None] = lambda: None

    async def run(self) -> None:
        """Send all pieces; return when the last is handed over, or when something goes wrong.

        Raises:
            ConnectionError: the client went away or does not read.
        """
        self._ledger.stream(self._broken.kind)
        try:
            self._prepare()
            while not self._over:
                # The timer writes piece after piece, until it is over or the client does not read.
                self._stop = self._loop.create_future()
                self._call_at(self._due_ns)
                await self._stop
                if self._exchange.connection.writing_paused:
                    await faults.drained(self._request)
                    self._read_ns = monotonic_ns()
        except (asyncio.CancelledError, ConnectionError):
            self._take_back()
            if not self._over:
                self._ledger.stream_end(whole=False)
            raise
        if self._broken.kind == "reset" and self._request.transport is not None:
            faults.reset(self._request.transport)

    def _call_at(self, due_ns: int) -> None:
        if due_ns <= monotonic_ns() and not self._piece:
            self._write()
        elif self._deadlines is None:
            wait_s = max(due_ns - monotonic_ns(), 0) / S
            self._take_back = self._loop.call_later(wait_s, self._write).cancel
        else:
            deadlines, alarm = self._deadlines, self._deadlines.at(due_ns, self._write)
            self._take_back = lambda: deadlines.cancel(alarm)

    def _prepare(self) -> None:
        """Make the next piece ready, so that nothing but a write is left when it is due."""
        piece, shape, broken = self._piece, self._shape, self._broken
        text = shape.text(piece)
        self._due_ns = self._start_ns + next(self._moments)
        self._sent.crc32 = crc32(text.encode(), self._sent.crc32)
        wrong = broken.kind == "malformed" and piece == broken.at
        event = shape.malformed(piece, text) if wrong else shape.event(piece, text)
        self._event = self._framed(event)

    def _framed(self, event: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(event), event) if self._chunked else event

    def _write(self) -> None:
        """Hand over the piece that is due; prepare the next, and ask to be called for it."""
        stop, transport = self._stop, self._request.transport
        if stop is None or stop.done():
            return
        if transport is None or transport.is_closing():
            stop.set_exception(ConnectionResetError("the client went away"))
            return
        if self._exchange.connection.writing_paused:
            stop.set_result(None)
            return
        kind = self._broken.kind if self._piece == self._broken.at else ""
        if kind in {"cut", "reset"}:
            if kind == "cut":
                transport.write(self._event[: len(self._event) // 2])
            self._exchange.keep, self._over = False, True
            self._ledger.outcome(CLOSE if kind == "cut" else RESET)
            stop.set_result(None)
            return
        sent_ns = monotonic_ns()
        transport.write(self._event)
        if kind == "duplicate":
            transport.write(self._event)
        self._note(sent_ns)
        self._piece += 1
        if self._piece == self._count:
            self._end(transport)
            stop.set_result(None)
            return
        self._prepare()
        # Pieces that are overdue come one in each turn of the loop: others wait for it, too.
        self._call_at(max(self._due_ns, sent_ns + 1))

    def _note(self, sent_ns: int) -> None:
        late_ns, sent = sent_ns - self._due_ns, self._sent
        sent.sent_ns.append(sent_ns - sent.received_ns)
        sent.late_ns.append(late_ns)
        if self._due_ns < self._read_ns:
            sent.unread += 1
            self._ledger.unread()
        else:
            self._ledger.piece(late_ns)

    def _end(self, transport: asyncio.WriteTransport) -> None:
        *events, last = [*map(self._framed, self._shape.end(self._sent))] or [b""]
        for event in events:
            transport.write(event)
        if self._chunked:
            last += b"0\r\n" + self._shape.trailers(self._sent) + b"\r\n"
        transport.write(last)
        exchange = self._exchange
        exchange.asked_ns = self._due_ns - exchange.begun_ns
        late_ns = 0 if self._due_ns < self._read_ns else self._sent.late_ns[-1]
        exchange.count(exchange.asked_ns + late_ns)
        self._ledger.stream_end(whole=True)
        self._over = True
