"""How late the target answers, with its own timer and with asyncio.sleep, in the same run."""

from __future__ import annotations

import importlib.util
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench import units
from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.parsing import Parser
from waitbench.services.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MS = 1_000_000
CONTROL = "sleep"


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """One load: every request asks for the same delay, at random moments of a given rate."""

    latency_ms: int
    rate: int

    @property
    def in_flight(self) -> int:
        """How many requests are in service on average (Little's law)."""
        return self.rate * self.latency_ms // 1000


LOADS = (Load(latency_ms=50, rate=2000), Load(latency_ms=2500, rate=2000))


@dataclass(kw_only=True, slots=True)
class Precision:
    """Injection errors of one timer on one loop under one load, added up over the blocks."""

    timer: str
    loop: str
    load: Load
    counts: Counter[int] = field(default_factory=Counter)
    """Requests by error in nanoseconds, below zero if early; within 1 %."""
    seen_ns: list[int] = field(default_factory=list)
    """What the client saw beyond the delay it asked for: its own part is in it."""
    errors: int = 0
    block_p99_ns: list[int] = field(default_factory=list)
    """The 99th percentile of each block: the lowest is that of the quietest moment."""

    @property
    def early(self) -> int:
        """Answers before their time."""
        return sum(count for error_ns, count in self.counts.items() if error_ns < 0)

    def quantile_ns(self, share: float, *, absolute: bool = False) -> int:
        """Return the error that a share of the answers does not exceed."""
        counts: Counter[int] = Counter()
        for error_ns, count in self.counts.items():
            counts[abs(error_ns) if absolute else error_ns] += count
        rank = share * counts.total()
        below = 0
        for error_ns in sorted(counts):
            below += counts[error_ns]
            if below >= rank:
                return error_ns
        return 0

    def add(self, stats: dict[str, Any], seen_ns: list[int], errors: int) -> None:
        """Add one block."""
        for low, high, count in stats["histogram"]["injection_error"]:
            self.counts[(low + high) // 2] += count
        self.block_p99_ns.append(stats["injection_error_ns"]["p99"])
        self.seen_ns += seen_ns
        self.errors += errors


def measure(  # noqa: PLR0913 - all by name
    *,
    loops: Sequence[str],
    timers: Sequence[str],
    loads: Sequence[Load] = LOADS,
    blocks: int = 4,
    block_s: float = 2.0,
    engine: str = "aiohttp",
) -> list[Precision]:
    """Measure every timer on every loop, one block of each after the other, over and over.

    Args:
        loops: event loops of the target.
        timers: its timers (`timerfd`, `fallback`, `sleep`).
        loads: what it is loaded with.
        blocks: how many times each is measured.
        block_s: how long requests are sent in each block.
        engine: of the target.

    Raises:
        BenchError: a target or a load process failed.
    """
    rows = [
        Precision(timer=timer, loop=loop, load=load)
        for load in loads
        for loop in loops
        for timer in timers
    ]
    with ExitStack() as stack:
        targets = {
            (loop, timer): stack.enter_context(
                Target("--loop", loop, "--timer", timer, "--engine", engine)
            )
            for loop in loops
            for timer in timers
        }
        for block in range(blocks):
            # Every other block goes backwards: drift hits first and last alike.
            for row in rows if block % 2 == 0 else reversed(rows):
                _run_block(row, targets[row.loop, row.timer], block, block_s)
    return rows


def _run_block(row: Precision, target: Target, block: int, block_s: float) -> None:
    load = row.load
    order = Order(
        url=target.url,
        latency=f"{load.latency_ms}ms",
        latency_ns=load.latency_ms * MS,
        rate=load.rate,
        connections=round(load.in_flight * 1.2) + 100,
        # Half the requests should find the load in full.
        duration_ns=round((block_s + load.latency_ms / 1000) * 1000 * MS),
        seed=block,
    )
    result = drive(order, lambda: target.reset("precision"))
    row.add(target.reset("between"), result.beyond_asked_ns, result.errors + result.starved)


def lines(rows: Sequence[Precision]) -> Iterator[str]:
    """Write the table, and what it says about the goals."""
    yield "injection error (answer handed over - arrival - asked), ms"
    yield (
        f"{'timer':9} {'loop':8} {'in flight':>9} {'req/s':>6} {'n':>7} {'p50':>7} {'p90':>7}"
        f" {'p99':>7} {'max':>7} {'p99 of the quietest block':>25} {'early':>6} {'|p50|':>7}"
        f" {'client p50':>10} {'bad':>4}"
    )
    for row in rows:
        quantiles = "".join(f" {row.quantile_ns(s) / MS:7.3f}" for s in (0.5, 0.9, 0.99, 1))
        client_ns = sorted(row.seen_ns)[len(row.seen_ns) // 2] if row.seen_ns else 0
        yield (
            f"{row.timer:9} {row.loop:8} {row.load.in_flight:9} {row.load.rate:6}"
            f" {row.counts.total():7}{quantiles} {min(row.block_p99_ns, default=0) / MS:25.3f}"
            f" {row.early:6}"
            f" {row.quantile_ns(0.5, absolute=True) / MS:7.3f} {client_ns / MS:10.3f}"
            f" {row.errors:4}"
        )
    yield from _closer(rows)


def _closer(rows: Sequence[Precision]) -> Iterator[str]:
    """Compare each timer with the control on the same loop and load: how many times closer."""
    controls = {(row.loop, row.load): row for row in rows if row.timer == CONTROL}
    for row in rows:
        control = controls.get((row.loop, row.load))
        if control is None or row is control:
            continue
        own_ns = row.quantile_ns(0.5, absolute=True)
        times = control.quantile_ns(0.5, absolute=True) / max(own_ns, 1)
        yield (
            f"{row.timer} on {row.loop} at {row.load.in_flight} in flight: the middle answer is"
            f" {times:.1f} times closer than with asyncio.sleep"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if an answer of the target's own timer came early or was lost."""
    parser = Parser(prog="waitbench calibrate precision", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short blocks, about a minute")
    parser.add_argument("--blocks", metavar="N", help="how many times each is measured (4)")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], help="only this loop")
    parser.add_argument(
        "--engine", choices=["aiohttp", "fast"], default="aiohttp", help="(aiohttp)"
    )
    options = parser.parse_args(argv)
    loops = [options.loop] if options.loop else ["asyncio"]
    if not options.loop and importlib.util.find_spec("uvloop") is not None:
        loops.append("uvloop")
    blocks = 2 if options.quick else 4
    if options.blocks is not None:
        blocks = units.count(options.blocks, "--blocks")
    with Target() as target:
        own = str(target.ready["timer"])
    rows = measure(
        loops=loops,
        timers=[own, CONTROL],
        blocks=blocks,
        block_s=1.0 if options.quick else 2.0,
        engine=options.engine,
    )
    for line in lines(rows):
        print(line)
    return int(any(row.errors or row.early for row in rows if row.timer != CONTROL))


if __name__ == "__main__":
    raise SystemExit(main())
