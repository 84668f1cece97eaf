"""What one direction of a connection holds back: pieces in order, each with when it is due."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from waitbench_server.units import S

if TYPE_CHECKING:
    from waitbench_server.proxy.hub import Hub

_PIECES_PER_S: Final = 200  # of a direction whose rate is limited
FIN, RST, FAULT = range(3)
"""Marks between the bytes: the end in order, the end by reset, the fault's turn."""


class Held:
    """The queue of one direction; its bytes count as the hub's, too."""

    __slots__ = ("_free_ns", "_hub", "_queue", "bytes")

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._queue: deque[tuple[int, bytes | memoryview | int]] | None = None
        self._free_ns = 0  # when the line has carried what it was given, where it has a rate
        self.bytes = 0

    def __bool__(self) -> bool:
        return bool(self._queue)

    @property
    def full(self) -> bool:
        """Whether nothing more may be read."""
        return self.bytes >= self._hub.limit

    def push(self, due_ns: int, data: bytes | int) -> None:
        """Add bytes or a mark."""
        if data == b"":
            return
        if self._queue is None:
            self._queue = deque()
        self._queue.append((due_ns, data))
        if not isinstance(data, int):
            self.bytes += len(data)
            self._hub.held += len(data)

    def next(self, rate: int | None) -> tuple[int, bytes | memoryview | int]:
        """Return when the next piece goes on, and the piece: as much as the rate lets pass at once.

        Args:
            rate: bytes per second; None where a piece passes whole.
        """
        assert self._queue
        due_ns, data = self._queue[0]
        if rate is None or isinstance(data, int):
            return due_ns, data
        piece = memoryview(data)[: max(rate // _PIECES_PER_S, 1)]
        # The last byte of a piece arrives when the line has carried all of it.
        return max(due_ns, self._free_ns) + len(piece) * S // rate, piece

    def pass_mark(self) -> None:
        """Remove the mark that is next."""
        assert self._queue
        self._queue.popleft()

    def passed(self, count: int, free_ns: int) -> None:
        """Remove so many bytes of the next piece, after which the line is free from `free_ns`."""
        assert self._queue
        due_ns, data = self._queue[0]
        assert not isinstance(data, int)
        self._free_ns = free_ns
        self.bytes -= count
        self._hub.held -= count
        if count == len(data):
            self._queue.popleft()
        else:
            self._queue[0] = (due_ns, memoryview(data)[count:])

    def drop(self) -> None:
        """Remove everything."""
        self._queue = None
        self._hub.held -= self.bytes
        self.bytes = 0
