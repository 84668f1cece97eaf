"""One direction of a connection: reads, keeps each piece until it is due, and sends it on.

Whoever does not read is not read from either: at a bound, what is held back stops the reading.
"""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from waitbench_server.proxy.held import FAULT, FIN, RST, Held
from waitbench_server.proxy.hub import READ_BYTES

if TYPE_CHECKING:
    import socket

    from waitbench_server.proxy.delays import Delays
    from waitbench_server.proxy.hub import Hub
    from waitbench_server.proxy.relay import Relay
    from waitbench_server.proxy.settings import Way
    from waitbench_server.timer import Alarm

UP, DOWN = 0, 1


class Channel:
    """From a source to a sink; `relay` owns both sockets and is told how it ends."""

    __slots__ = (
        "_alarm",
        "_blocked",
        "_delays",
        "_held",
        "_hub",
        "_late_from_ns",
        "_reading",
        "_relay",
        "_side",
        "_sink",
        "_source",
        "done",
        "ended",
        "left",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place
        self,
        relay: Relay,
        hub: Hub,
        side: int,
        source: socket.socket,
        sink: socket.socket,
        delays: Delays,
    ) -> None:
        self._relay = relay
        self._hub = hub
        self._side = side
        self._source = source
        self._sink = sink
        self._held = Held(hub)
        self._delays = delays
        self._alarm: Alarm | None = None
        self._reading = False
        self._blocked = False  # the sink takes no more just now
        self._late_from_ns = 0  # what was due before could not be sent: that is no error of ours
        self.left: int | None = None
        """Bytes until the fault that this connection was drawn."""
        self.ended = False
        """Whether the source has said its last."""
        self.done = False
        """Whether the sink knows."""

    def start(self) -> None:
        """Read on, unless enough is held or there is nothing left to come."""
        if not (self._reading or self.ended or self._relay.frozen or self._held.full):
            self._reading = True
            self._hub.watch.read(self._source, self._readable)

    def opened(self) -> None:
        """Send what has waited for the connection's set-up or a stall's end, as it falls due."""
        self._late_from_ns = monotonic_ns()
        self.start()
        self._flush()

    def changed(self) -> None:
        """Send what was overdue by other settings, and count that as no error of ours."""
        self._late_from_ns = monotonic_ns()
        if self._alarm is not None:
            self._hub.deadlines.cancel(self._alarm)
            self._alarm = None
        self._flush()

    def halt(self) -> None:
        """Neither read nor send, and keep what is held."""
        self._pause()
        if self._alarm is not None:
            self._hub.deadlines.cancel(self._alarm)
            self._alarm = None
        if self._blocked:
            self._blocked = False
            self._hub.watch.write(self._sink, None)

    def close(self) -> None:
        """Drop what is held, and touch the sockets no more."""
        self.halt()
        self.ended = self.done = True
        self._held.drop()

    def _pause(self) -> None:
        if self._reading:
            self._reading = False
            self._hub.watch.read(self._source, None)

    def _readable(self) -> None:
        hub = self._hub
        now_ns = hub.watch.looked_ns
        if hub.deadlines.next_ns <= monotonic_ns():
            hub.deadlines.fire()
            if not self._reading:  # what was due has ended or stopped this
                return
        room = hub.limit - self._held.bytes
        if room <= 0:  # others hold so much that this one may hold less than before
            self._pause()
            return
        try:
            count = self._source.recv_into(hub.buffer, min(room, READ_BYTES))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._relay.count_reset(self._side)
            self._end(now_ns, RST)
            return
        if count:
            self._take(now_ns, count)
        else:
            self._end(now_ns, FIN)

    @property
    def _way(self) -> Way:
        settings = self._relay.link.settings
        return settings.down if self._side else settings.up

    @property
    def _by_turn(self) -> bool:
        return self._relay.link.settings.by_turn

    def _take(self, now_ns: int, count: int) -> None:
        """Send on what was just read, or keep it until it is due."""
        relay, held, left = self._relay, self._held, self.left
        turned = relay.heard(self._side, now_ns)
        relay.link.tally.read(self._side, count)
        way = self._way
        straight = way.open and not held and left is None
        if straight and relay.ready and now_ns >= relay.opens_ns:
            self._pass_on(now_ns, count)
            return
        due_ns = self._delays.due_ns(way, now_ns, turned=turned, by_turn=self._by_turn)
        if left is None or count < left:
            self.left = None if left is None else left - count
            held.push(due_ns, bytes(self._hub.buffer[:count]))
        else:
            self.left = None
            held.push(due_ns, bytes(self._hub.buffer[:left]))
            held.push(due_ns, FAULT)
            held.push(due_ns, bytes(self._hub.buffer[left:count]))
        if held.full:
            self._pause()
        if self._alarm is None:
            self._flush()

    def _pass_on(self, now_ns: int, count: int) -> None:
        """Send what was just read, without a copy of it: the way of all that waits for nothing."""
        piece = self._hub.buffer[:count]
        self._relay.link.tally.errors[self._side].add(monotonic_ns() - now_ns)
        sent = self._send(piece)
        if sent is not None and sent < count:
            self._held.push(now_ns, bytes(piece[sent:]))
            if self._held.full:
                self._pause()
            self._block()

    def _end(self, now_ns: int, mark: int) -> None:
        """Read no more, and let the mark pass in its turn."""
        self._pause()
        self.ended = True
        due_ns = self._delays.due_ns(self._way, now_ns, turned=False, by_turn=self._by_turn)
        self._held.push(due_ns, mark)
        self._flush()

    def _ring(self) -> None:
        self._alarm = None
        self._flush()

    def _writable(self) -> None:
        self._hub.watch.write(self._sink, None)
        self._blocked = False
        self._late_from_ns = monotonic_ns()
        self._flush()

    def _block(self) -> None:
        self._blocked = True
        self._hub.watch.write(self._sink, self._writable)

    def _flush(self) -> None:
        """Send all that is due, and set the alarm for what is due next."""
        relay, held, rate = self._relay, self._held, self._way.rate
        if not relay.ready:
            return
        now_ns = monotonic_ns()
        while held and not self._blocked:
            ready_ns, piece = held.next(rate)
            if ready_ns > now_ns:
                if self._alarm is None:
                    self._alarm = self._hub.deadlines.at(ready_ns, self._ring)
                break
            if isinstance(piece, int):
                held.pass_mark()
                relay.marked(self, piece)
                return
            if not self._pass(piece, ready_ns, now_ns):
                return
        if not (self._reading or held.full):
            self.start()

    def _pass(self, piece: bytes | memoryview, ready_ns: int, now_ns: int) -> bool:
        """Send a piece, as much as the sink takes of it; return False if the sink is gone."""
        in_time = ready_ns >= self._late_from_ns
        if in_time:
            self._relay.link.tally.errors[self._side].add(monotonic_ns() - ready_ns)
        sent = self._send(piece)
        if sent is None:
            return False
        self._held.passed(sent, ready_ns if in_time else now_ns)
        if sent < len(piece):
            self._block()
        return True

    def _send(self, piece: bytes | memoryview) -> int | None:
        """Send as much as the sink takes; None if it is gone, which the relay then knows."""
        try:
            sent = self._sink.send(piece)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._relay.broken(self)
            return None
        self._relay.sent(self._side)
        return sent
