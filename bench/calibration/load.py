"""How true load generators are: ours and others, against a target of known truth."""

from __future__ import annotations

import argparse
import socket
import sys
from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.calibration import _generators
from bench.race.contestant import Contestant
from bench.race.interrupt import NoInterrupt
from bench.report._tables import NOTHING, Column
from bench.scenario import BenchError
from bench.spans import decode_spans
from bench.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.calibration._generators import Quantiles

MS = 1_000_000
WAIT_MS = 50.0
RATE, USERS = 200.0, 10
BARE = 60
"""Requests of a bare socket."""
BARE_NAME = "a bare socket, one at a time"
"""Requests per second of an open load, and users of a closed one: 10 of 50 ms are 200 a second."""
FROZEN_S, PERIOD_S = 1.0, 5.0
TRUTHS = {
    "constant": f"{WAIT_MS:g}ms",
    "frozen": f"{WAIT_MS:g}ms, frozen {FROZEN_S:g}s every {PERIOD_S:g}s",
}
"""What the target is told; the second stands still for a second in every five."""
P50_WITHIN_MS, P90_WITHIN = 0.3, 0.1
"""How near to the truth ours must come: at p50 of the constant, at p90 of the frozen one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one generator reported of one truth, in milliseconds."""

    generator: str
    truth: str
    quantiles: Quantiles


def true_p90_ms() -> float:
    """Work out p90 of the frozen target, for requests that come at any time alike.

    Who comes t after it froze is read when it goes on, and waits 1 s - t + 50 ms; who came in the
    50 ms before is answered then, after more than 1 s. So of the 5 s of a period those of
    1 s + 2 x 50 ms - x wait longer than x, and a tenth of a period does so at x = 600 ms.
    """
    return FROZEN_S * 1e3 + 2 * WAIT_MS - 0.1 * PERIOD_S * 1e3


def bare_ms(port: int, requests: int = BARE) -> Quantiles:
    """See how long a request takes on a bare socket, one after the other, without any library.

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


def measure(seconds: dict[str, float], only: Sequence[str] = ()) -> Iterator[Found]:
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
        yield Found(generator=BARE_NAME, truth="constant", quantiles=bare)
    for truth, latency in TRUTHS.items():
        if truth not in seconds:
            continue
        for name in only or [*OURS, *_generators.installed()]:
            # A target of its own: every generator begins at the same place of the period.
            with Target("--latency", latency) as target:
                if name in OURS:
                    found = _ours(name, target, seconds[truth])
                else:
                    try:
                        found = _generators.drive(name, target.url, seconds[truth], RATE, USERS)
                    except (
                        BenchError
                    ) as failure:  # of somebody else: ours are measured all the same
                        print(failure, file=sys.stderr)
                        continue
            yield Found(generator=name, truth=truth, quantiles=found)


def _ours(name: str, target: Target, seconds: float) -> Quantiles:
    order: dict[str, Any] = {
        "port": _port(target),
        "path": "/",
        "for_ns": round(seconds * 1e9),
        "level_ns": MS,
        **OURS[name],
    }
    operation = "closed" if "users" in OURS[name] else "open"
    with NoInterrupt() as never, Contestant("load", never, module=MODULE) as generator:
        generator.greet()
        warm = {**order, "for_ns": 200 * MS}
        generator.ask(operation, within_s=30, **warm)
        facts = generator.ask(operation, within_s=seconds + 30, **order)
    if facts["failed"] or facts["refused"]:
        raise BenchError(f"{name}: {facts['error'] or 'the target refused'}")
    _, latencies = decode_spans(facts["spans"])
    return _generators.quantiles([latency / MS for latency in latencies])


def _port(target: Target) -> int:
    port = urlsplit(target.url).port
    assert port is not None
    return port


MODULE = "bench.serving.generator"
EVEN, RANDOM = "waitbench, open, even", "waitbench, open, random"
OURS: dict[str, dict[str, Any]] = {
    EVEN: {"rate": RATE, "arrivals": "constant"},
    RANDOM: {"rate": RATE, "arrivals": "poisson", "seed": "calibrate"},
    "waitbench, closed": {"users": USERS},
}


def lines(found: Sequence[Found]) -> list[str]:
    """Write the table: a row for each generator, a pair of columns for each truth."""
    names = list(dict.fromkeys(one.generator for one in found))
    by = {(one.generator, one.truth): one.quantiles for one in found}
    columns = [Column(head="generator", unit="", cells=tuple(names), left=True)]
    for truth in TRUTHS:
        columns += [
            Column(
                head=f"{truth} {quantile}",
                unit="ms",
                cells=tuple(
                    f"{getattr(by[name, truth], quantile):,.1f}" if (name, truth) in by else NOTHING
                    for name in names
                ),
            )
            for quantile in ("p50", "p90", "p99")
        ]
    widths = [max(map(len, (one.head, *one.cells))) for one in columns]
    rows = [[one.head for one in columns], *zip(*(one.cells for one in columns), strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if column.left else cell.rjust(width)
            for column, cell, width in zip(columns, row, widths, strict=True)
        )
        for row in rows
    ]


def verdicts(found: Sequence[Found]) -> list[tuple[bool, str]]:
    """Say of our open loads whether they are as true as they must be.

    The frozen target is judged with evenly spaced requests: chance alone puts p90 of a thousand
    random ones 50 ms to either side.
    """
    bare = next((one for one in found if one.generator == BARE_NAME), None)
    said = []
    for one in found:
        if one.truth == "constant" and one.generator in (EVEN, RANDOM) and bare:
            off = one.quantiles.p50 - bare.quantiles.p50
            good = abs(off) <= P50_WITHIN_MS
            text = f"p50 is {off:+.2f} ms off a bare socket's (aim: within {P50_WITHIN_MS:g} ms)"
        elif one.truth != "frozen" or one.generator != EVEN:
            continue
        else:
            off = one.quantiles.p90 / true_p90_ms() - 1
            good = abs(off) <= P90_WITHIN
            text = f"p90 is {off:+.1%} off the truth (aim: within {P90_WITHIN:.0%})"
        said.append((good, f"{one.generator}, {one.truth}: {text}"))
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if ours is not as true as it must be."""
    parser = argparse.ArgumentParser(prog="waitbench calibrate load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one period of the frozen target")
    parser.add_argument(
        "--only", metavar="NAME", action="append", help="one generator: wrk, 'waitbench, closed' …"
    )
    options = parser.parse_args(argv)
    here = [*OURS, *_generators.installed()]
    for name in options.only or ():
        if name not in here:
            print(f"there is no generator {name!r} here; there are {'; '.join(here)}")
            return 2
    seconds = {"constant": 2.0 if options.quick else 5.0, "frozen": PERIOD_S}
    if not options.quick:
        seconds["frozen"] *= 2
    found: list[Found] = []
    try:
        for one in measure(seconds, options.only or ()):
            print(f"{one.generator}, {one.truth} …", file=sys.stderr)
            found.append(one)
    except BenchError as error:
        print(error)
        return 1
    print(
        f"truth: constant 50 ms; frozen for 1 s in every 5 s: p50 {WAIT_MS:g} ms, "
        f"p90 {true_p90_ms():.0f} ms. Open: {RATE:g} requests/s; closed: {USERS} users."
    )
    print("\n".join(lines(found)))
    absent = [name for name in _generators.ALL if name not in here]
    if absent:
        print(f"not installed here: {', '.join(absent)}")
    judged = verdicts(found)
    for _, text in judged:
        print(text)
    return int(not all(good for good, _ in judged))


if __name__ == "__main__":
    raise SystemExit(main())
