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
    )

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.stalls = plan.stalls
        self.cpu_ns = plan.cpu_ns
        self.keepalive = plan.keepalive
        self.body = encoded(plan.size, plan.encoding, compressible=plan.compressible)
        self.heads = {
            status: _head(status, len(self.body), plan.encoding) for status in plan.status.values
        }
        never_fails = plan.fault.values == (FAULTS["none"],)
        self.at_once = never_fails and plan.rate is None and len(self.body) <= AT_ONCE_BYTES
        fixed_ns = plan.fixed_ns
        self.draws = fixed_ns is None or not never_fails or len(plan.status.values) > 1
        """Whether anything is left to chance; if not, the next two are what every request gets."""
        self.fixed_ns = fixed_ns or 0
        self.one_status = plan.status.values[0]

    @property
    def own_bytes(self) -> int:
        """About how much memory it takes for itself; large plain bodies are shared by all."""
        return _ALONE_BYTES + (len(self.body) if isinstance(self.body, bytes) else 0)


def _head(status: int, length: int, encoding: str) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Status"
    encoding_line = "" if encoding == IDENTITY else f"Content-Encoding: {encoding}\r\n"
    return (
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {length}\r\n{encoding_line}Server: waitbench\r\n"
    ).encode()


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
