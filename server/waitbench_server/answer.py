"""The bytes of an answer, prepared: what depends on the plan, and the date."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus
from time import time
from typing import TYPE_CHECKING, Final

from waitbench_server.compression import IDENTITY, encoded
from waitbench_server.outcomes import FAULTS

if TYPE_CHECKING:
    from waitbench_server.plan import Plan

AT_ONCE_BYTES: Final = 32 * 1024
"""Bodies up to this size are sent in one piece with their headers."""

_NO_SUCCESS: Final = 300
_ALONE_BYTES: Final = 4096  # of an answer without its body: plan, heads, objects

KEEP: Final = b""
CLOSE: Final = b"Connection: close\r\n"
STAY_1_0: Final = b"Connection: keep-alive\r\n"
"""What says whether the connection stays, where it must be said."""


class Answer:
    """A plan with its headers and body made ready, once for all requests that ask the same."""

    __slots__ = (
        "__weakref__",
        "at_once",
        "body",
        "cpu_ns",
        "draws",
        "fixed_ns",
        "heads",
        "keepalive",
        "one_status",
        "plan",
        "stalls",
        "stream",
    )

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.stalls = plan.stalls
        self.stream = plan.stream
        """What answers of a status below 300 are sent in; the others have the usual body."""
        self.cpu_ns = plan.cpu_ns
        self.keepalive = plan.keepalive
        self.body = encoded(plan.size, plan.encoding, compressible=plan.compressible)
        self.heads = {
            status: _head(status, b"" if self.streams(status) else self._of_body())
            for status in plan.status.values
        }
        never_fails = plan.fault.values == (FAULTS["none"],)
        small = len(self.body) <= AT_ONCE_BYTES and plan.stream is None
        self.at_once = never_fails and plan.rate is None and small
        fixed_ns = plan.fixed_ns
        alike = fixed_ns is not None and never_fails and len(plan.status.values) == 1
        self.draws = not alike or plan.stream is not None
        """Whether anything is left to chance; if not, the next two are what every request gets."""
        self.fixed_ns = fixed_ns or 0
        self.one_status = plan.status.values[0]

    def streams(self, status: int) -> bool:
        """Whether an answer of this status is sent in pieces."""
        return self.stream is not None and status < _NO_SUCCESS

    def _of_body(self) -> bytes:
        encoding = self.plan.encoding
        line = "" if encoding == IDENTITY else f"Content-Encoding: {encoding}\r\n"
        return (
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(self.body)}\r\n{line}"
        ).encode()

    @property
    def own_bytes(self) -> int:
        """About how much memory it takes for itself; large plain bodies are shared by all."""
        return _ALONE_BYTES + (len(self.body) if isinstance(self.body, bytes) else 0)


def _head(status: int, of_body: bytes) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Status"
    return b"HTTP/1.1 %d %b\r\n%bServer: waitbench\r\n" % (status, phrase.encode(), of_body)


class _Date:
    """The Date header, written anew once a second."""

    def __init__(self) -> None:
        self._until_ns = 0
        self._header = b""

    def header(self, now_ns: int) -> bytes:
        if now_ns >= self._until_ns:
            now = time()
            self._header = f"Date: {formatdate(now, usegmt=True)}\r\n".encode()
            self._until_ns = now_ns + round((1 - now % 1) * 1e9)
        return self._header


DATE: Final = _Date()
