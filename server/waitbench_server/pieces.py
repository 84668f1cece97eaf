"""The pieces of a stream as they travel: plain text, server-sent events, or a line of JSON each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import shake_256
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_ENTRIES: Final = 500  # pieces told of in one event: clients bound the length of a line
MOST_IN_TRAILERS: Final = 1_000
"""What a plain stream says of its pieces at its end; clients bound that, too."""


def text(number: int, piece: int, size: int) -> str:
    """Return the text of one piece of stream `number`; anybody can work it out anew.

    It is the first `size` hexadecimal digits that SHAKE-256 gives for `number/piece`.
    """
    return shake_256(b"%d/%d" % (number, piece)).hexdigest(size // 2 + 1)[:size]


@dataclass(kw_only=True, slots=True)
class Sent:
    """What was sent of a stream, and when.

    Attributes:
        number: of the stream, on which its pieces and their moments depend.
        received_ns: when its request arrived, in nanoseconds of the monotonic clock.
        crc32: of all pieces' texts, one after the other.
        sent_ns: when each piece was handed over, counted from the request's arrival.
        late_ns: how long after its moment that was.
        unread: how many pieces had to wait because the client did not read.
    """

    number: int
    received_ns: int
    crc32: int = 0
    sent_ns: list[int] = field(default_factory=list)
    late_ns: list[int] = field(default_factory=list)
    unread: int = 0

    def end(self) -> str:
        """Return what the last event says."""
        return json.dumps(
            {
                "stream": self.number,
                "pieces": len(self.sent_ns),
                "crc32": self.crc32,
                "received_ns": self.received_ns,
                "unread": self.unread,
            }
        )

    def tables(self) -> Iterator[str]:
        """Give what was sent when, a stretch of pieces at a time."""
        for start in range(0, len(self.sent_ns), _ENTRIES):
            stop = start + _ENTRIES
            table = {
                "from": start,
                "sent_ns": self.sent_ns[start:stop],
                "late_ns": self.late_ns[start:stop],
            }
            yield json.dumps(table, separators=(",", ":"))


class Shape(Protocol):
    """How the pieces of one stream are written; each is one event and one write."""

    @property
    def content_type(self) -> bytes:
        """Content-Type, with whatever other headers the shape needs, as lines."""

    def text(self, piece: int) -> str:
        """Return the text of a piece."""

    def event(self, piece: int, text: str) -> bytes:
        """Write a piece."""

    def malformed(self, piece: int, text: str) -> bytes:
        """Write a piece so that it can not be read."""

    def end(self, sent: Sent) -> list[bytes]:
        """Write what comes after the last piece; the last event is its mark."""

    def trailers(self, sent: Sent) -> bytes:
        """Write the trailers of a chunked stream, each with the end of its line."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Nothing but the texts: only chunked does it say where a piece, and where the stream ends."""

    number: int
    size: int
    content_type: bytes = (
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Trailer: X-Stream-End, X-Stream-Sent-Ns, X-Stream-Late-Ns\r\n"
    )

    def text(self, piece: int) -> str:
        """Return the text of a piece."""
        return text(self.number, piece, self.size)

    def event(self, piece: int, text: str) -> bytes:
        """Write the text as it is."""
        del piece
        return text.encode()

    def malformed(self, piece: int, text: str) -> bytes:
        """Write bytes that are no UTF-8."""
        del piece
        return b"\xff" * len(text)

    def end(self, sent: Sent) -> list[bytes]:
        """Write nothing: there is no place for it."""
        del sent
        return []

    def trailers(self, sent: Sent) -> bytes:
        """Write what was sent; when, only of a stream of at most a thousand pieces."""
        lines = [f"X-Stream-End: {sent.end()}\r\n"]
        if len(sent.sent_ns) <= MOST_IN_TRAILERS:
            lines += _table("X-Stream-Sent-Ns", sent.sent_ns)
            lines += _table("X-Stream-Late-Ns", sent.late_ns)
        return "".join(lines).encode()


def _table(name: str, values: Sequence[int]) -> list[str]:
    stretches = (values[start : start + _ENTRIES] for start in range(0, len(values), _ENTRIES))
    return [f"{name}: {','.join(map(str, stretch))}\r\n" for stretch in stretches]


@dataclass(frozen=True, slots=True)
class Events:
    """Server-sent events: the piece's number is the id, the last event is called `end`."""

    number: int
    size: int
    content_type: bytes = (
        b"Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
    )

    def text(self, piece: int) -> str:
        """Return the text of a piece."""
        return text(self.number, piece, self.size)

    def event(self, piece: int, text: str) -> bytes:
        """Write an event."""
        return f"id: {piece}\ndata: {text}\n\n".encode()

    def malformed(self, piece: int, text: str) -> bytes:
        """Write an event whose data is no UTF-8 and whose id is no number."""
        del piece
        return b"id: x\ndata: " + b"\xff" * len(text) + b"\n\n"

    def end(self, sent: Sent) -> list[bytes]:
        """Write events that say what was sent when, then the last one."""
        tables = [f"event: sent\ndata: {table}\n\n".encode() for table in sent.tables()]
        return [*tables, f"event: end\ndata: {sent.end()}\n\n".encode()]

    def trailers(self, sent: Sent) -> bytes:
        """Write none: the events have said it."""
        del sent
        return b""


@dataclass(frozen=True, slots=True)
class Lines:
    """Newline-delimited JSON: a piece has its `id` and `text`, the last line is `end`."""

    number: int
    size: int
    content_type: bytes = b"Content-Type: application/x-ndjson\r\n"

    def text(self, piece: int) -> str:
        """Return the text of a piece."""
        return text(self.number, piece, self.size)

    def event(self, piece: int, text: str) -> bytes:
        """Write a line."""
        return b'{"id": %d, "text": "%b"}\n' % (piece, text.encode())

    def malformed(self, piece: int, text: str) -> bytes:
        """Write half a line and its end."""
        whole = self.event(piece, text)
        return whole[: len(whole) // 2] + b"\n"

    def end(self, sent: Sent) -> list[bytes]:
        """Write lines that say what was sent when, then the last one."""
        tables = [b'{"sent": %b}\n' % table.encode() for table in sent.tables()]
        return [*tables, b'{"end": %b}\n' % sent.end().encode()]

    def trailers(self, sent: Sent) -> bytes:
        """Write none: the lines have said it."""
        del sent
        return b""


SHAPES: Final[Mapping[str, Callable[[int, int], Shape]]] = {
    "raw": Plain,
    "sse": Events,
    "ndjson": Lines,
}
"""What a request may ask for."""
CHUNKED: Final = "chunked"
FRAMINGS: Final = (CHUNKED, "close")
"""How a stream's end is told: by a last chunk, or by closing the connection."""
