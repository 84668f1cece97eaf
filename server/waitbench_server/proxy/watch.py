"""Watches the sockets of all links by one selector of its own, which the loop watches as a file.

A loop would do it, too, but loops differ: uvloop's stops without a word when a socket has an error,
which is how a reset shows. And one call of the loop serves all that happened at once.
"""

from __future__ import annotations

import selectors
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable

    Call = Callable[[], None] | None

_READ: Final = selectors.EVENT_READ
_WRITE: Final = selectors.EVENT_WRITE


class Watch:
    """Calls what is to read a socket, and what is to write to it, once it can."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._selector = selectors.DefaultSelector()  # epoll or kqueue, which are files themselves
        self._calls: dict[int, list[Call]] = {}  # to read, to write
        self.looked_ns = 0
        """When it last looked: what was found had arrived by then."""
        self._file: int = self._selector.fileno()
        loop.add_reader(self._file, self._look)

    def read(self, sock: socket.socket, call: Call) -> None:
        """Call this whenever there is something to read; None to stop."""
        self._set(sock.fileno(), 0, call)

    def write(self, sock: socket.socket, call: Call) -> None:
        """Call this whenever something can be written; None to stop."""
        self._set(sock.fileno(), 1, call)

    def _set(self, number: int, which: int, call: Call) -> None:
        calls = self._calls.get(number)
        if calls is None:
            if call is None:
                return
            calls = self._calls[number] = [None, None]
            calls[which] = call
            self._selector.register(number, (_READ, _WRITE)[which], calls)
            return
        calls[which] = call
        reading, writing = calls
        if reading is None and writing is None:
            del self._calls[number]
            self._selector.unregister(number)
        else:
            events = (reading is not None and _READ) | (writing is not None and _WRITE)
            self._selector.modify(number, events, calls)

    def _look(self) -> None:
        """Call for all that happened; what an earlier call has stopped is called no more."""
        ready = self._selector.select(0)
        self.looked_ns = monotonic_ns()
        for key, events in ready:
            calls: list[Call] = key.data
            if events & _READ and calls[0] is not None:
                calls[0]()
            if events & _WRITE and calls[1] is not None:
                calls[1]()

    def close(self) -> None:
        """Watch nothing any more."""
        self._loop.remove_reader(self._file)
        self._selector.close()
