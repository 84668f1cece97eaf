"""The truths that load generators are held against, and each generator's run on them."""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from waitbench.calibration import _generators
from waitbench.loadtest.generators import OneGenerator
from waitbench.loadtest.order import Order
from waitbench.machines import cluster
from waitbench.machines.crowd import Crowd
from waitbench.registry import optional
from waitbench.results.spans import decode_spans
from waitbench.scenario import BenchError
from waitbench.services.target import Target
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.calibration._generators import Quantiles
    from waitbench.loadtest.generators import Generator

MS = 1_000_000
WAIT_MS = 50.0
RATE, USERS = 200.0, 10
"""Requests per second of an open load, and users of a closed one: 10 of 50 ms are 200 a second."""
BARE = 60
"""Requests of a bare socket."""
BARE_NAME = "a bare socket, one at a time"
FROZEN_S, PERIOD_S = 1.0, 5.0
TRUTHS = {
    "constant": f"{WAIT_MS:g}ms",
    "frozen": f"{WAIT_MS:g}ms, frozen {FROZEN_S:g}s every {PERIOD_S:g}s",
}
"""What the target is told; the second stands still for a second in every five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one generator reported of one truth, in milliseconds.

    Attributes:
        generator: its name.
        truth: which of `TRUTHS`.
        quantiles: what it reported.
        held_ms: how long the target held half of its requests at most, from having read one to
            having written its answer, by the target's own clock. It cannot see its own standstill.
        counted: how many requests the target had meanwhile; None where that is not known.
    """

    generator: str
    truth: str
    quantiles: Quantiles
    held_ms: float
    counted: int | None = None


def true_p90_ms() -> float:
    """Work out p90 of the frozen target, for requests that come at any time alike.

    Who comes t after it froze is read when it goes on, and waits 1 s - t + 50 ms; who came in the
    50 ms before is answered then, after more than 1 s. So of the 5 s of a period those of
    1 s + 2 x 50 ms - x wait longer than x, and a tenth of a period does so at x = 600 ms.
    """
    return FROZEN_S * 1e3 + 2 * WAIT_MS - 0.1 * PERIOD_S * 1e3


def bare_ms(port: int, requests: int = BARE) -> Quantiles:
    """Time requests on a bare socket, one after the other, without any library.

    The kernel's way there and back, and the target's own work, are no generator's fault: what is
    seen here is the truth that a generator can come near to.

    Raises:
        OSError: the target does not answer.
    """
    took_ms = []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(requests):
            began_ns = perf_counter_ns()
            sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if not sock.recv(65536):
                raise ConnectionError("the target hung up")
            took_ms.append((perf_counter_ns() - began_ns) / MS)
    return _generators.quantiles(took_ms)


def measure(seconds: dict[str, float], only: Sequence[str] = ()) -> Iterator[Report]:
    """Drive the target with each generator, one after the other.

    Args:
        seconds: how long, for each truth; whole periods of the frozen one.
        only: names of generators; all that there are here when empty.

    Raises:
        BenchError: the target does not start, or a generator fails.
    """
    if "constant" in seconds:
        with Target("--latency", TRUTHS["constant"]) as target:
            bare = bare_ms(_port(target))
            held_ms, counted = _told(target)
        yield Report(
            generator=BARE_NAME,
            truth="constant",
            quantiles=bare,
            held_ms=held_ms,
            counted=counted,
        )
    for truth, latency in TRUTHS.items():
        if truth not in seconds:
            continue
        for name in only or [*ours(), *_generators.installed()]:
            # A target of its own: every generator begins at the same place of the period.
            with Target("--latency", latency) as target:
                if name in OURS:
                    quantiles = _ours(name, target, seconds[truth])
                else:
                    try:
                        quantiles = _generators.drive(name, target.url, seconds[truth], RATE, USERS)
                    except BenchError as failure:  # another's: ours are measured all the same
                        print(failure, file=sys.stderr)
                        continue
                held_ms, counted = _told(target)
            yield Report(
                generator=name,
                truth=truth,
                quantiles=quantiles,
                held_ms=held_ms,
                counted=counted,
            )


def _told(target: Target) -> tuple[float, int]:
    """Ask the target how long it held a request, in milliseconds, and how many it had."""
    stats = target.reset("")
    return WAIT_MS + float(stats["injection_error_ns"]["p50"]) / MS, int(stats["requests"])


def _ours(name: str, target: Target, seconds: float) -> Quantiles:
    order = Order(
        port=_port(target), path="/", for_ns=round(seconds * 1e9), level_ns=MS, **OURS[name]
    )
    with _sending(name) as generator:
        generator.ask(replace(order, for_ns=200 * MS))
        target.reset("")
        facts = generator.ask(order)
    if facts.failed or facts.refused:
        raise BenchError(f"{name}: {facts.error or 'the target refused'}")
    _, latencies = decode_spans(facts.spans)
    return _generators.quantiles([latency / MS for latency in latencies])


@contextmanager
def _sending(name: str) -> Iterator[Generator]:
    """Start our generator, or those of a cluster of this machine's own."""
    with Interrupt.never() as never, ExitStack() as stack:
        if name == CROWD:
            there = stack.enter_context(cluster.opened(None, SENDERS))
            generator: Generator = Crowd(there, 0, lambda _: None, force=True).start(never)
        else:
            generator = OneGenerator(never)
        stack.callback(generator.stop)
        yield generator


def ours() -> list[str]:
    """Return the names of our generators that can be driven here."""
    absent = optional.missing("distributed")
    return [name for name in OURS if name != CROWD or not absent]


def _port(target: Target) -> int:
    port = urlsplit(target.url).port
    assert port is not None
    return port


SENDERS = 4
EVEN, RANDOM = "waitbench, open, even", "waitbench, open, random"
CROWD = f"waitbench, open, even, {SENDERS} generators"
"""Processes of as many workers of a local cluster, that send one plan together."""
OURS: dict[str, dict[str, Any]] = {
    EVEN: {"rate": RATE, "arrivals": "constant"},
    RANDOM: {"rate": RATE, "arrivals": "poisson", "seed": "calibrate"},
    CROWD: {"rate": RATE, "arrivals": "constant"},
    "waitbench, closed": {"users": USERS},
}
