"""Spoilt requests to a target: each ends, answered or not, and right ones go on being served."""

from __future__ import annotations

import re
import socket
from time import monotonic
from typing import TYPE_CHECKING, Final

from tests.proof.target.attempt import Attempt
from tests.proof.target.mutants import Mutant, mutant
from tests.server.target import Target
from waitbench_server.body import content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPConnection
    from random import Random

WITHIN_S: Final = 20.0
"""In which a connection ends that has said its last; the machine may be busy."""
EVERY: Final = 25
"""Spoilt requests between two looks at whether right ones are answered."""
STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2}) ")


def attempts(rng: Random, loop: str, number: int, *, engine: str = "aiohttp") -> Iterator[Attempt]:
    """Send so many spoilt requests, and look at the target in between and at the end.

    Args:
        rng: what they depend on.
        loop: event loop of the target.
        number: of spoilt requests.
        engine: of the target.
    """
    loop_and_engine = f"{loop}, {engine}"
    with Target("--loop", loop, "--engine", engine, "--header-timeout", "5") as target:
        kept = target.connect()
        for count in range(1, number + 1):
            begun_s = monotonic()
            spoilt = mutant(rng)
            faults = _tried(target, spoilt, rng)
            if count % EVERY == 0 or count == number:
                faults += _serves(target, kept)
            yield Attempt(
                title=f"{loop_and_engine}, {spoilt.name}: {spoilt.sent[:60]!r}",
                faults=tuple(faults),
                took_s=monotonic() - begun_s,
            )
        begun_s = monotonic()
        faults = _at_rest(target, kept)
        kept.close()
        target.process.terminate()
        faults += [f"it said: {line}" for line in target.errors.splitlines()]
        yield Attempt(
            title=f"{loop_and_engine}, after {number} of them",
            faults=tuple(faults),
            took_s=monotonic() - begun_s,
        )


def _tried(target: Target, spoilt: Mutant, rng: Random) -> list[str]:
    """Send a spoilt request, in pieces or whole, and read what comes until the end."""
    answer = b""
    with socket.create_connection(target.address, timeout=WITHIN_S) as sock:
        try:
            at = rng.randrange(len(spoilt.sent) + 1) if rng.random() < 0.3 else 0
            for piece in (spoilt.sent[:at], spoilt.sent[at:]):
                sock.sendall(piece)
            if rng.random() < 0.1:
                return []  # gone without waiting for anything
            sock.shutdown(socket.SHUT_WR)
            while received := sock.recv(1 << 16):
                answer += received
        except TimeoutError:
            return [f"the connection did not end within {WITHIN_S:g} s"]
        except OSError:
            pass  # it was closed while there was more to come
    if target.process.poll() is not None:
        return [f"the target ended with status {target.process.returncode}"]
    if not answer:
        return []
    statuses = [int(status) for status in STATUS.findall(answer)]
    if not STATUS.match(answer):
        return [f"no answer of HTTP: {answer[:60]!r}"]
    return [f"status {status}" for status in statuses if status >= 500]


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
