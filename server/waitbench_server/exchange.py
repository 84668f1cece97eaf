"""One request and its answer: the moments that count, and the sending, short enough for a timer."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING, Final

from aiohttp.http import HttpVersion10

from waitbench_server.answer import CLOSE, DATE, KEEP, STAY_1_0, Answer

if TYPE_CHECKING:
    from aiohttp import web

    from waitbench_server.chat import Chat
    from waitbench_server.connection import Connection
    from waitbench_server.ledger import Ledger

_HEAD: Final = "HEAD"
# Standard Server-Timing in milliseconds, and moments of time.monotonic_ns.
MOMENTS: Final = (
    b"Server-Timing: asked;dur=%.3f, hold;dur=%.3f, queue;dur=%.3f\r\n"
    b"X-Received-Ns: %d\r\nX-Sent-Ns: %d\r\n\r\n"
)
MS: Final = 1e6


class Exchange:
    """One request in service. All moments are monotonic nanoseconds."""

    __slots__ = (
        "_header",
        "_ledger",
        "answer",
        "asked_ns",
        "begun_ns",
        "body",
        "burnt_ns",
        "chat",
        "connection",
        "fault",
        "keep",
        "received_ns",
        "status",
        "streams",
    )

    def __init__(
        self, request: web.BaseRequest, connection: Connection, answer: Answer, ledger: Ledger
    ) -> None:
        self.connection = connection
        self.answer = answer
        self._ledger = ledger
        self.received_ns = self.begun_ns = connection.received_ns
        self.asked_ns = 0
        self.burnt_ns = 0
        self.status = 200
        self.streams = False
        self.fault = 0
        self.body = answer.body if request.method != _HEAD else b""
        self.chat: Chat | None = None
        self.keep = answer.keepalive and request.keep_alive
        if not self.keep:
            self._header = CLOSE
        else:
            self._header = STAY_1_0 if request.version == HttpVersion10 else KEEP

    def announce(self, headers: bytes) -> None:
        """Add headers that an answer without a body of its own needs, as whole lines."""
        self._header = headers + (self._header if self.keep else CLOSE)

    def send(self) -> None:
        """Hand the answer over: headers, and the body too where it is small."""
        transport = self.connection.transport
        if transport is None:
            return
        sent_ns = monotonic_ns()
        answer, asked_ns, received_ns = self.answer, self.asked_ns, self.received_ns
        held_ns = sent_ns - self.begun_ns
        # How long it waited before its service, without the computing it asked for.
        queued_ns = self.begun_ns - received_ns - self.burnt_ns
        head = (
            answer.heads[self.status]
            + DATE.header(sent_ns)
            + self._header
            + MOMENTS % (asked_ns / MS, held_ns / MS, queued_ns / MS, received_ns, sent_ns)
        )
        transport.write(head + self.body if answer.at_once else head)
        if not self.streams:
            self.count(held_ns)

    def count(self, held_ns: int) -> None:
        """Count the answer: by its delay, or of a stream by the moment of its last piece."""
        queued_ns = self.begun_ns - self.received_ns - self.burnt_ns
        outcome = self.fault or self.status
        self._ledger.answered(outcome, self.asked_ns, held_ns - self.asked_ns, queued_ns)
