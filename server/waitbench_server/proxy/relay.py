"""A client's connection and the one to the upstream that goes with it: set-up, faults, end."""

from __future__ import annotations

import contextlib
import socket
import struct
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

from waitbench_server import draws
from waitbench_server.proxy import settings as kinds
from waitbench_server.proxy.channel import DOWN, UP, Channel
from waitbench_server.proxy.connecting import Connecting
from waitbench_server.proxy.delays import Delays
from waitbench_server.proxy.held import FIN, RST

if TYPE_CHECKING:
    import asyncio

    from waitbench_server.proxy.hub import Hub
    from waitbench_server.proxy.link import Link

_LINGER_S: Final = 2.0
_FAULT_DRAW, _CONNECT_DRAW = range(2)
_NAMES: Final = {number: name for name, number in kinds.FAULTS.items()}
_NO_LINGER: Final = struct.pack("ii", 1, 0)


class Relay:
    """One connection through a link."""

    __slots__ = (
        "_asked_ns",
        "_client",
        "_connecting",
        "_fault",
        "_heard",
        "_hub",
        "_linger",
        "_upstream",
        "down",
        "frozen",
        "link",
        "opens_ns",
        "ready",
        "up",
    )

    def __init__(self, link: Link, hub: Hub, client: socket.socket, number: int) -> None:
        self.link = link
        self._hub = hub
        self._client = client
        self._upstream = socket.socket(link.family, socket.SOCK_STREAM)
        self._upstream.settimeout(0)
        own, settings = draws.stream(hub.seed, number), link.settings
        connect_ns = settings.connect.quantile_ns(draws.uniform(own, _CONNECT_DRAW))
        self.opens_ns = monotonic_ns() + connect_ns if connect_ns else 0
        """Before this moment nothing passes."""
        up, down = (Delays(hub, draws.stream(own, side), self.opens_ns) for side in (UP, DOWN))
        self.up = Channel(self, hub, UP, client, self._upstream, up)
        self.down = Channel(self, hub, DOWN, self._upstream, client, down)
        self._connecting: Connecting | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._heard = -1  # who spoke last
        self._asked_ns = 0  # when the upstream was last sent something, until it answers
        self._fault = 0
        if not settings.never_fails:
            self._fault = settings.fault.pick(draws.uniform(own, _FAULT_DRAW))
            if self._fault:
                self.down.left = settings.after_bytes
        self.ready = False
        """Whether the upstream is there, and nothing stops the bytes."""
        self.frozen = False

    def begin(self) -> None:
        """Connect to the upstream, and read meanwhile what the client sends."""
        if self._fault == kinds.REFUSE:
            self.strike(self._fault)
            return
        if self.link.family != socket.AF_UNIX:
            for sock in (self._client, self._upstream):
                with contextlib.suppress(OSError):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.up.start()
        self._connecting = Connecting(
            self._hub, self._upstream, self.link.place, self._open, self._absent
        )

    def _open(self) -> None:
        self._connecting = None
        self.ready = not self.frozen
        if self.ready:
            self._start_both()

    def _absent(self) -> None:
        """Tell the client as the upstream itself would: by a reset."""
        self._connecting = None
        self.link.tally.absent += 1
        self.reset()

    def changed(self) -> None:
        """Go by the link's new settings."""
        up, down = self.up, self.down
        down.changed()
        up.changed()

    def heard(self, side: int, now_ns: int) -> bool:
        """Note that something came; return whether the other side was the last to speak."""
        if side == DOWN and 0 < self._asked_ns <= now_ns:
            self.link.responded(now_ns - self._asked_ns)
            self._asked_ns = 0
        turned = self._heard != side
        self._heard = side
        return turned

    def sent(self, side: int) -> None:
        """Note that something was sent on."""
        if side == UP:
            self._asked_ns = monotonic_ns()

    def count_reset(self, side: int) -> None:
        """Count a connection that one of the two ended by a reset."""
        if side == UP:
            self.link.tally.client_resets += 1
        else:
            self.link.tally.upstream_resets += 1

    def broken(self, channel: Channel) -> None:
        """End what has nobody to send to any more.

        What an upstream said before it closed still reaches the client, in its time.
        """
        if channel is self.down:
            self.link.tally.client_resets += 1
            self.reset()
            return
        channel.close()
        if self.down.done:
            self.close()

    def marked(self, channel: Channel, mark: int) -> None:
        """Do what a mark between the bytes stands for."""
        if mark == FIN:
            channel.done = True
            sink = self._upstream if channel is self.up else self._client
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
            if self.up.done and self.down.done:
                self.close()
        elif mark == RST:
            self.reset()
        else:
            self.strike(self._fault)

    def strike(self, fault: int) -> None:
        """Let a fault happen now."""
        self.link.tally.fault(_NAMES[fault])
        if fault == kinds.STALL:
            self.freeze()
        elif fault == kinds.CUT:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_WR)
            self._lose_upstream()
            self._linger = self._hub.loop.call_later(_LINGER_S, self.close)
        elif fault == kinds.HALF_OPEN:
            self._lose_upstream()
        else:
            self.reset()

    def freeze(self) -> None:
        """Let nothing pass until it thaws or a side goes away."""
        self.frozen, self.ready = True, False
        self.up.halt()
        self.down.halt()
        self.link.frozen[self._client.fileno()] = self

    def thaw(self) -> None:
        """Let pass what was held back."""
        self.link.frozen.pop(self._client.fileno(), None)
        self.frozen = False
        if self._connecting is None:
            self.ready = True
            self._start_both()

    def _start_both(self) -> None:
        up, down = self.up, self.down
        down.opened()
        up.opened()  # which does nothing if the other has just found that a side is gone

    def _lose_upstream(self) -> None:
        """Hang up on the upstream, and throw away what the client still sends."""
        self.link.frozen.pop(self._client.fileno(), None)
        self.up.close()
        self.down.close()
        self._cancel()
        self._upstream.close()
        self._hub.watch.read(self._client, self._throw_away)

    def _throw_away(self) -> None:
        try:
            count = self._client.recv_into(self._hub.buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            count = 0
        if not count:
            self.close()

    def reset(self) -> None:
        """End both connections by a reset."""
        for sock in (self._client, self._upstream):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.close()

    def close(self) -> None:
        """Give both connections back; safe to call twice."""
        number = self._client.fileno()
        if number < 0:
            return
        self.up.close()
        self.down.close()
        self._cancel()
        self.ready = False
        self._hub.watch.read(self._client, None)
        self._upstream.close()
        self._client.close()
        self.link.left(self, number)
        # Nothing refers in circles: the collector, which is kept away, has nothing to look for.
        del self.up, self.down

    def _cancel(self) -> None:
        if self._connecting is not None:
            self._connecting.give_up()
            self._connecting = None
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
