"""The fast engine: simple requests are answered from their bytes, all others by aiohttp.

Simple is one whole GET of a wait, with usual headers, whose answer is small and never fails. What
aiohttp has been given once, it keeps: a connection never comes back from it. So both engines know
the same requests, answer the same bytes and count the same.
"""

from __future__ import annotations

import re
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final

from multidict import CIMultiDict

from waitbench_server.answer import DATE
from waitbench_server.connection import Connection
from waitbench_server.exchange import MOMENTS, MS
from waitbench_server.plans import DRAW_DIGITS
from waitbench_server.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench_server.answer import Answer
    from waitbench_server.service import Service
    from waitbench_server.timer import Alarm

_HEADERS: Final = re.compile(
    rb"\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \t]*[!-~](?:[\t -~]*[!-~])?[ \t]*\r\n)+\r\n"
)
_AT_ONCE: Final = MOMENTS.replace(b"asked;dur=%.3f", b"asked;dur=0.000").replace(
    b"queue;dur=%.3f", b"queue;dur=0.000"
)
_NOTHING_OR_QUERY: Final = frozenset({"", "?"})
_LONGEST: Final = 4_000  # bytes of a simple request: far below every limit of aiohttp's
_REMEMBERED: Final = 256
_OF_AIOHTTP: Final = (
    *("Content-Length", "Transfer-Encoding", "Content-Encoding", "Trailer", "TE", "Expect"),
    *("Upgrade", "Origin", "Sec-Fetch-Site", "HTTP2-Settings", "Keep-Alive", "Proxy-Connection"),
)
"""Headers that ask for more than a simple answer, or whose bearer has to be looked at."""


class Simple:
    """Tells simple requests, for all connections of a worker.

    Attributes:
        at_once: whole requests, and their answers where these wait for nothing and leave nothing
            to chance.
        may: whether this server has simple requests at all.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._plans = service.plans
        self._blocks: set[bytes] = set()
        self._numbered: dict[bytes, Answer] = {}  # requests that differ in the draw's number alone
        self.at_once: dict[bytes, Answer] = {}
        self.may = service.deadlines is not None and service.capacity is None

    def find(self, data: bytes) -> tuple[Answer, int | None] | None:
        """Return the answer and the number of the draw; None for what is left to aiohttp."""
        end = data.find(b" HTTP/1.1\r\n")
        at = data.rfind(b"draw=", 0, end) + 5
        digits, alike = data[at:end], data[:at] + data[end:]
        if alike in self._numbered and digits.isdigit() and len(digits) <= DRAW_DIGITS:
            return self._numbered[alike], int(digits)
        path = self._path(data)
        if path is None:
            return None
        try:
            answer, number = self._plans.find(path)
        except Problem:
            return None
        if not answer.at_once or not answer.keepalive or answer.cpu_ns:
            return None
        fixed = not answer.draws and answer.stalls is None and number is None
        if fixed and not answer.fixed_ns and len(self.at_once) < _REMEMBERED:
            self.at_once[data] = answer
        if number is not None and digits.isdigit() and len(self._numbered) < _REMEMBERED:
            self._numbered[alike] = answer
        return answer, number

    def _path(self, data: bytes) -> str | None:
        """Return the path of a simple request with its query; None if it is not simple."""
        if len(data) > _LONGEST:
            return None
        end = data.find(b"\r\n")
        line, block = data[:end], data[end:]
        if block not in self._blocks and not self._learns(block):
            return None
        if not (line.startswith(b"GET /") and line.endswith(b" HTTP/1.1") and line.isascii()):
            return None
        path = line[4:-9].decode()
        waits = path[1:2] in _NOTHING_OR_QUERY and " " not in path and path.isprintable()
        return path if waits else None

    def timing(self, answer: Answer, number: int | None, received_ns: int) -> tuple[int, int]:
        """Return the delay of a request in nanoseconds, and its status."""
        if not answer.draws:
            asked_ns, status = answer.fixed_ns, answer.one_status
        else:
            asked_ns, status, _ = self._service.drawn(answer, self._service.numbered(number))
        if answer.stalls is not None:
            begun_ns = received_ns - self._service.ledger.begun_ns
            asked_ns += answer.stalls.stall_ns(begun_ns, asked_ns)
        return asked_ns, status

    def _learns(self, block: bytes) -> bool:
        """Look at headers that were not seen before; remember them if they are simple."""
        if not _HEADERS.fullmatch(block):
            return False
        pairs = [line.split(":", 1) for line in block.decode().strip().split("\r\n")]
        headers = CIMultiDict((name, text.strip()) for name, text in pairs)
        if any(name in headers for name in _OF_AIOHTTP) or len(headers.getall("Host", ())) != 1:
            return False
        if headers.get("Connection", "keep-alive").lower() != "keep-alive":
            return False
        try:
            self._service.visitors.admit(headers, None)
        except Problem:
            return False
        if len(self._blocks) < _REMEMBERED:
            self._blocks.add(block)
        return True


class FastConnection(Connection):
    """A connection that answers simple requests itself, until there is one that is not."""

    __slots__ = ("_alarm", "_at_once", "_idle_s", "_simple", "_unread", "_unread_ns")

    def __init__(self, simple: Simple, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._simple: Simple | None = simple if simple.may else None
        self._at_once = simple.at_once
        self._idle_s = self._limits.idle_s
        self._alarm: Alarm | None = None  # of the answer that is under way
        self._unread = b""  # what came meanwhile
        self._unread_ns = 0

    def data_received(self, data: bytes) -> None:
        """Answer a simple request, now or when it is due; hand all others on."""
        transport = self.transport
        if self._simple is None or transport is None:
            super().data_received(data)
            return
        received_ns = monotonic_ns()
        if self._alarm is not None:
            self._unread += data
            self._unread_ns = received_ns
            if len(self._unread) > _LONGEST:
                transport.pause_reading()
            return
        if self._deadlines.next_ns <= received_ns:
            self._deadlines.fire()
        answer = self._at_once.get(data)
        if answer is None or self._paused:
            self._take(data, received_ns)
            return
        sent_ns = monotonic_ns()
        error_ns, status = sent_ns - received_ns, answer.one_status
        transport.write(
            answer.heads[status]
            + DATE.header(sent_ns)
            + _AT_ONCE % (error_ns / MS, received_ns, sent_ns)
            + answer.body
        )
        self._ledger.answered_at_once(status, error_ns)
        self._next_keepalive_close_time = received_ns / 1e9 + self._idle_s

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give up the answer that is under way."""
        if self._alarm is not None:
            self._deadlines.cancel(self._alarm)
            self._alarm = None
            self._ledger.lost()
        super().connection_lost(exc)

    def _take(self, data: bytes, received_ns: int) -> None:
        """Answer what was not answered just so before, or give the connection to aiohttp."""
        simple = self._simple
        found = None if simple is None or self._paused else simple.find(data)
        if simple is None or found is None:
            self._simple = None
            super().data_received(data)
            self.received_ns = received_ns
            return
        answer, number = found
        self._ledger.arrive()
        asked_ns, status = simple.timing(answer, number, received_ns)
        # aiohttp closes what is idle: it is not, before the answer is sent.
        self._next_keepalive_close_time = (received_ns + asked_ns) / 1e9 + self._idle_s
        if not asked_ns:
            self._send(answer, status, 0, received_ns)
            return

        def due() -> None:
            self._alarm = None
            self._send(answer, status, asked_ns, received_ns)
            if self._unread:
                self._take_unread()

        self._alarm = self._deadlines.at(received_ns + asked_ns, due)

    def _send(self, answer: Answer, status: int, asked_ns: int, received_ns: int) -> None:
        if self.transport is None:
            self._ledger.lost()
            return
        sent_ns = monotonic_ns()
        held_ns = sent_ns - received_ns
        self.transport.write(
            answer.heads[status]
            + DATE.header(sent_ns)
            + MOMENTS % (asked_ns / MS, held_ns / MS, 0.0, received_ns, sent_ns)
            + answer.body
        )
        self._ledger.answered(status, asked_ns, held_ns - asked_ns, 0)
        self._ledger.leave()

    def _take_unread(self) -> None:
        data, self._unread = self._unread, b""
        if len(data) > _LONGEST and self.transport is not None:
            self.transport.resume_reading()
        self._take(data, self._unread_ns)


def factory(simple: Simple, *arguments: Any, **options: Any) -> Callable[[], FastConnection]:
    """Return what makes a connection for every client; the others are arguments of `Connection`."""
    return lambda: FastConnection(simple, *arguments, **options)
