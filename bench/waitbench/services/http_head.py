"""What has come of an HTTP answer in, what its head says out: the status, and where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)")
_CLOSES: Final = re.compile(rb"\r\nconnection: *close")
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What comes before the body.

    Attributes:
        status: of HTTP.
        length: of the head in bytes.
        ends: length of the whole answer in bytes; None where it ends with its connection.
        closes: whether the server closes the connection behind it.
    """

    status: int
    length: int
    ends: int | None
    closes: bool


class Answer(NamedTuple):
    """What a server answered; a tuple, since one is made for each request in the hot path.

    Attributes:
        head: status and lengths.
        came: all bytes of the answer.
        arrived_ns: when its last byte was read, on `perf_counter_ns`.
    """

    head: Head
    came: bytes
    arrived_ns: int

    @property
    def status(self) -> int:
        """Status of HTTP."""
        return self.head.status

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self.came[self.head.length : self.head.ends]

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name, as the server writes them."""
        lines = self.came[: self.head.length].decode("latin-1").strip().split("\r\n")[1:]
        return dict(line.split(": ", 1) for line in lines)


def read(came: bytes) -> Head | None:
    """Read a head; None while it is not all there.

    Raises:
        ValueError: it is no HTTP, or the body comes in chunks, which are not read here.
    """
    at = came.find(b"\r\n\r\n")
    if at < 0:
        return None
    head = came[: at + 2].lower()
    try:
        status = int(head.split(b" ", 2)[1])
    except (IndexError, ValueError):
        raise ValueError(f"no HTTP: {came[:60]!r}") from None
    if _CHUNKED.search(head):
        raise ValueError("an answer in chunks, which our own clients do not read")
    length = _LENGTH.search(head)
    return Head(
        status=status,
        length=at + 4,
        ends=at + 4 + int(length[1]) if length else None,
        closes=not length or bool(_CLOSES.search(head)) or not head.startswith(b"http/1.1 "),
    )
