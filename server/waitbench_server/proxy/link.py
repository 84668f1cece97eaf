"""One link: a listening socket, what happens to the bytes that pass, and where they go."""

from __future__ import annotations

import contextlib
import select
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from waitbench_server.proxy import addresses
from waitbench_server.proxy.relay import Relay
from waitbench_server.proxy.tally import Tally

if TYPE_CHECKING:
    from waitbench_server.period import Member
    from waitbench_server.proxy.addresses import Address
    from waitbench_server.proxy.hub import Hub
    from waitbench_server.proxy.record import Record
    from waitbench_server.proxy.settings import Settings

_BACKLOG: Final = 4096
_AT_A_TIME: Final = 64  # accepted in one turn of the loop, so that those who are here get theirs
_PAUSE_S: Final = 0.1
_GONE: Final = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A link as it was asked for.

    Attributes:
        name: by which it can be changed.
        upstream: where its bytes go.
        listen: where clients reach it.
        settings: what happens to the bytes.
        record: a file that gets the upstream's own response times.
    """

    name: str
    upstream: Address
    listen: Address
    settings: Settings
    record: str | None = None


class Link:
    """Accepts clients, and connects each with the upstream."""

    def __init__(self, wanted: Wanted, hub: Hub, record: Record | None) -> None:
        """Bind its address.

        Raises:
            StartError: that can not be had, or the upstream's host is not known.
        """
        self.name = wanted.name
        self.settings = wanted.settings
        self.family, self.place = addresses.resolved(wanted.upstream)
        self._upstream = wanted.upstream
        self._hub = hub
        self._record = record
        self._relays: set[Relay] = set()
        self._number = 0
        self.frozen: dict[int, Relay] = {}
        """Connections on which nothing passes, by the client's file."""
        self.tally = Tally()
        self._listener, self.listen = addresses.listening(wanted.listen, _BACKLOG)
        self._file = _identity(self.listen)

    def start(self) -> None:
        """Accept clients from now on."""
        self._hub.watch.read(self._listener, self._accept)

    def _accept(self) -> None:
        hub = self._hub
        for _ in range(_AT_A_TIME):
            try:
                client, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no file or memory is left: try again when some may be
                hub.watch.read(self._listener, None)
                hub.loop.call_later(_PAUSE_S, self._again)
                return
            try:
                if hub.connections >= hub.most:
                    raise OSError  # noqa: TRY301 - as if the system had no more to give
                client.settimeout(0)
                relay = Relay(self, hub, client, self._number)
            except OSError:
                self.tally.turned_away += 1
                client.close()
                continue
            self._number += 1
            self._relays.add(relay)
            hub.connections += 1
            self.tally.connected()
            relay.begin()

    def _again(self) -> None:
        if self._listener.fileno() >= 0:
            self.start()

    def left(self, relay: Relay, number: int) -> None:
        """Count a connection out, which has closed its file of that number."""
        self.frozen.pop(number, None)
        self._relays.discard(relay)
        self._hub.connections -= 1
        self.tally.connections -= 1

    def responded(self, response_ns: int) -> None:
        """Count how long the upstream took by itself."""
        self.tally.response(response_ns)
        if self._record is not None:
            self._record.add(response_ns)

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on; what is held back already keeps its moment."""
        self.settings = settings
        for relay in list(self._relays):
            relay.changed()

    def strike(self, fault: int) -> int:
        """Let a fault happen to all connections that there are; return how many."""
        for relay in list(self._relays):
            relay.strike(fault)
        return len(self._relays)

    def thaw(self) -> int:
        """Let all stalled connections go on; return how many."""
        frozen = list(self.frozen.values())
        for relay in frozen:
            relay.thaw()
        return len(frozen)

    def look_after_frozen(self) -> None:
        """End the stalled connections whose client is gone: nobody reads from them."""
        if not self.frozen:
            return
        poll = select.poll()
        for number in self.frozen:
            poll.register(number, _GONE & ~(select.POLLHUP | select.POLLERR))
        for number, seen in poll.poll(0):
            if seen & _GONE:
                self.frozen[number].close()

    def turn(self) -> None:
        """Begin a period: count anew, and draw anew."""
        self.tally = self.tally.next()
        self._number = 0

    def member(self) -> Member:
        """Return what `/stats` says of it."""
        recorded = {} if self._record is None else {"recorded": self._record.member()}
        return {**self.addresses(), **self.tally.member(), **recorded}

    def addresses(self) -> dict[str, str]:
        """Return where it listens and where its upstream is, as text."""
        return {"listen": str(self.listen), "upstream": str(self._upstream)}

    def close(self) -> None:
        """Accept nobody any more, and end all connections."""
        self._hub.watch.read(self._listener, None)
        self._listener.close()
        for relay in list(self._relays):
            relay.close()
        if self._file is not None and _identity(self.listen) == self._file:
            with contextlib.suppress(OSError):
                Path(self.listen.path).unlink()


def _identity(listen: Address) -> tuple[int, int] | None:
    """Return what tells the file of a unix socket from one that has taken its name."""
    if not listen.path:
        return None
    try:
        found = Path(listen.path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
