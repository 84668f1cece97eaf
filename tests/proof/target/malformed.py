"""Spoilt requests to a target: each ends, answered or not, and right ones go on being served."""

from __future__ import annotations

import re
import selectors
import socket
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from tests.proof.target.attempt import Attempt
from tests.proof.target.mutants import mutant
from tests.server.target import Target
from waitbench_server.body import content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from http.client import HTTPConnection
    from random import Random

WITHIN_S: Final = 20.0
"""In which a connection ends that has said its last; the machine may be busy."""
SILENCE_S: Final = 0.2
"""After which what was sent gets no answer any more: most is not the whole of a request."""
TOGETHER: Final = 25
"""Spoilt requests at once, between two looks at whether right ones are answered."""
STATUS: Final = re.compile(rb"HTTP/[0-9]\.[0-9] ([1-5][0-9]{2}) ")


def attempts(rng: Random, loop: str, number: int, *, engine: str = "aiohttp") -> Iterator[Attempt]:
    """Send so many spoilt requests, and look at the target in between and at the end.

    Args:
        rng: what they depend on.
        loop: event loop of the target.
        number: of spoilt requests.
        engine: of the target.
    """
    kind = f"{loop}, {engine}"
    with Target("--loop", loop, "--engine", engine, "--header-timeout", "5") as target:
        kept = target.connect()
        answered = 0
        for first in range(0, number, TOGETHER):
            begun_s = monotonic()
            visits = [_Visit(target, rng) for _ in range(min(TOGETHER, number - first))]
            _read_all(visits)
            found = [visit.faults() for visit in visits]
            answered += sum(bool(visit.came) for visit in visits)
            found[-1] += _serves(target, kept)
            took_s = (monotonic() - begun_s) / len(visits)
            for visit, faults in zip(visits, found, strict=True):
                title = f"{kind}, {visit.spoilt.name}: {visit.spoilt.sent[:60]!r}"
                yield Attempt(title=title, faults=tuple(faults), took_s=took_s)
        begun_s = monotonic()
        faults = _at_rest(target, kept)
        kept.close()
        target.process.terminate()
        faults += [f"it said: {line}" for line in target.errors.splitlines()]
        title = f"{kind}, after {number} of them, of which {answered} were answered"
        yield Attempt(title=title, faults=tuple(faults), took_s=monotonic() - begun_s)


class _Visit:
    """One connection with a spoilt request, and what comes back on it."""

    def __init__(self, target: Target, rng: Random) -> None:
        self.spoilt = mutant(rng)
        self.came = b""
        self.hung = False
        self._target = target
        self.sock = socket.create_connection(target.address, timeout=WITHIN_S)
        at = rng.randrange(len(self.spoilt.sent) + 1) if rng.random() < 0.3 else 0
        self.leaves = rng.random() < 0.1
        """Whether it is gone without waiting for anything."""
        with suppress(OSError):  # the server may hang up on the first half
            for piece in (self.spoilt.sent[:at], self.spoilt.sent[at:]):
                self.sock.sendall(piece)

    def read(self) -> bool:
        """Read what is there; return whether more may come."""
        try:
            received = self.sock.recv(1 << 16)
        except OSError:
            received = b""
        self.came += received
        return bool(received)

    def faults(self) -> list[str]:
        """Return what is wrong with what came."""
        if self._target.process.poll() is not None:
            return [f"the target ended with status {self._target.process.returncode}"]
        if self.hung:
            return [f"the connection did not end within {WITHIN_S:g} s"]
        if self.came and not STATUS.match(self.came):
            return [f"no answer of HTTP: {self.came[:60]!r}"]
        statuses = map(int, STATUS.findall(self.came))
        return [f"status {status}" for status in statuses if status >= 500]


def _read_all(visits: Sequence[_Visit]) -> None:
    """Wait for answers until no more come, say that nothing follows, and read the rest."""
    with selectors.DefaultSelector() as waiting:
        for visit in visits:
            if visit.leaves:
                visit.sock.close()
            else:
                waiting.register(visit.sock, selectors.EVENT_READ, visit)
        _read(waiting, SILENCE_S)
        for key in list(waiting.get_map().values()):
            with suppress(OSError):
                key.data.sock.shutdown(socket.SHUT_WR)
        _read(waiting, WITHIN_S)
        for key in list(waiting.get_map().values()):
            key.data.hung = True
            key.data.sock.close()


def _read(waiting: selectors.BaseSelector, silence_s: float) -> None:
    while waiting.get_map() and (ready := waiting.select(silence_s)):
        for key, _ in ready:
            if not key.data.read():
                waiting.unregister(key.fileobj)
                key.data.sock.close()


def _serves(target: Target, kept: HTTPConnection) -> list[str]:
    """Ask rightly, on the connection that was there before and on a new one."""
    faults = []
    for name, connection in (("kept", kept), ("new", None)):
        try:
            reply = target.ask("/?latency=1ms&size=100", connection=connection)
        except OSError as error:
            faults.append(f"a right request on a {name} connection was not answered: {error!r}")
            continue
        if reply.status != 200 or reply.body != content(100):
            faults.append(f"a right request on a {name} connection got {reply.status}")
    return faults


def _at_rest(target: Target, kept: HTTPConnection) -> list[str]:
    """Look whether anything is left of what was sent."""
    until_s = monotonic() + WITHIN_S
    while True:
        stats = target.ask("/stats", connection=kept).json
        left = stats["in_flight"]["now"], stats["connections"]["now"]
        if left == (0, 1):
            return []
        if monotonic() > until_s:
            return [f"{left[0]} requests and {left[1] - 1} connections are left"]
