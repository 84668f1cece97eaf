"""A load on the target, open (at random moments of a given rate) or closed (one per connection).

Run as `python -m waitbench.calibration._load '{"url": ..., ...}'`, in a process of its own so that
it
shares no loop with the target. Prints one line when it is connected, begins when it reads one, and
ends with one line of JSON. An open load waits for nothing before it sends, so that a slow answer
can not slow the questions.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import sys
from collections import deque
from dataclasses import asdict, dataclass, field
from time import monotonic_ns
from typing import Final
from urllib.parse import quote, urlsplit

_S: Final = 1_000_000_000
_END_OF_HEAD: Final = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What load is wanted: requests per second for a time, with at most so many under way.

    Rate 0 is the closed load: every connection asks again as soon as it is answered.
    """

    url: str
    latency: str
    latency_ns: int
    rate: float
    connections: int
    duration_ns: int
    seed: int = 0
    size: int = 128


@dataclass(kw_only=True, slots=True)
class LoadResult:
    """What the client saw; delays are counted from sending a request to reading its answer."""

    sent: int = 0
    errors: int = 0
    starved: int = 0
    """Requests not sent because every connection was busy."""
    beyond_asked_ns: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """One connection and what is under way on it."""

    sock: socket.socket
    sent_ns: int = 0
    arrived: bytes = b""


class Load:
    """The connections and the answers that are still awaited."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._selector = selectors.DefaultSelector()
        split = urlsplit(order.url)
        self._request = (
            f"GET /?latency={quote(order.latency)}&size={order.size} HTTP/1.1\r\n"
            f"Host: {split.netloc}\r\n\r\n"
        ).encode()
        self._lines = [
            _Line(socket.create_connection((split.hostname or "127.0.0.1", split.port or 80)))
            for _ in range(order.connections)
        ]
        for line in self._lines:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sock.settimeout(0)
            self._selector.register(line.sock, selectors.EVENT_READ, line)
        self._idle = deque(self._lines)
        self._result = LoadResult()

    def run(self) -> LoadResult:
        """Send for the ordered time, then wait for what is under way."""
        order, result = self._order, self._result
        if not order.rate:
            return self._run_closed()
        chance = random.Random(order.seed)
        end_ns = monotonic_ns() + order.duration_ns
        next_ns = monotonic_ns()
        while (now_ns := monotonic_ns()) < end_ns:
            while next_ns <= now_ns:
                self._send()
                next_ns += round(chance.expovariate(order.rate) * _S)
            self._read((next_ns - monotonic_ns()) / _S)
        last_ns = monotonic_ns() + order.latency_ns + 2 * _S
        while len(self._idle) < len(self._lines) and monotonic_ns() < last_ns:
            self._read(0.1)
        result.errors += len(self._lines) - len(self._idle)
        return result

    def _run_closed(self) -> LoadResult:
        end_ns = monotonic_ns() + self._order.duration_ns
        while monotonic_ns() < end_ns:
            while self._idle:
                self._send()
            self._read(0.1)
        while len(self._idle) < len(self._lines) and monotonic_ns() < end_ns + 2 * _S:
            self._read(0.1)
        return self._result

    def _send(self) -> None:
        if not self._idle:
            self._result.starved += 1
            return
        line = self._idle.popleft()
        line.sent_ns = monotonic_ns()
        line.sock.send(self._request)
        self._result.sent += 1

    def _read(self, wait_s: float) -> None:
        for key, _ in self._selector.select(max(wait_s, 0)):
            line: _Line = key.data
            chunk = line.sock.recv(65_536)
            line.arrived += chunk
            at = line.arrived.find(_END_OF_HEAD)
            if not chunk:
                self._selector.unregister(line.sock)
            elif at >= 0 and len(line.arrived) >= at + len(_END_OF_HEAD) + self._order.size:
                late_ns = monotonic_ns() - line.sent_ns - self._order.latency_ns
                self._result.beyond_asked_ns.append(late_ns)
                self._result.errors += not line.arrived.startswith(b"HTTP/1.1 200 ")
                line.arrived = b""
                self._idle.append(line)

    def close(self) -> None:
        """Hang up."""
        for line in self._lines:
            line.sock.close()
        self._selector.close()


def main() -> int:
    """Run the order given as JSON in the first argument."""
    load = Load(Order(**json.loads(sys.argv[1])))
    try:
        sys.stdout.write("connected\n")
        sys.stdout.flush()
        sys.stdin.readline()
        result = load.run()
    finally:
        load.close()
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
