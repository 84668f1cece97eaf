"""Connects a socket without standing still for it, within a bound."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench_server.proxy.hub import Hub

_WITHIN_S: Final = 10.0
_AGAIN_S: Final = 0.01  # a unix socket whose queue is full has no other way to say it is free


class Connecting:
    """An attempt that ends by one of two calls, unless it is given up before."""

    __slots__ = ("_absent", "_again", "_hub", "_limit", "_opened", "_place", "_sock")

    def __init__(
        self,
        hub: Hub,
        sock: socket.socket,
        place: Any,
        opened: Callable[[], None],
        absent: Callable[[], None],
    ) -> None:
        """Begin.

        Args:
            hub: what watches the socket.
            sock: that does not block.
            place: where it is to be connected to.
            opened: called once it is.
            absent: called if it can not be.
        """
        self._hub = hub
        self._sock = sock
        self._place = place
        self._opened = opened
        self._absent = absent
        self._limit = hub.loop.call_later(_WITHIN_S, self._fail)
        self._again = hub.loop.call_soon(self._try)

    def _try(self) -> None:
        try:
            self._sock.connect(self._place)
        except BlockingIOError:
            if self._sock.family == socket.AF_UNIX:
                self._again = self._hub.loop.call_later(_AGAIN_S, self._try)
            else:
                self._hub.watch.write(self._sock, self._finish)
        except OSError:
            self._fail()
        else:
            self._finish()

    def _finish(self) -> None:
        if self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._fail()
        else:
            self.give_up()
            self._opened()

    def _fail(self) -> None:
        self.give_up()
        self._absent()

    def give_up(self) -> None:
        """Call nothing any more; the socket stays its owner's."""
        self._limit.cancel()
        self._again.cancel()
        self._hub.watch.write(self._sock, None)
