"""How late target, streams and proxy are, beside asyncio.sleep and a bare thread, in one run."""

from __future__ import annotations

import importlib.util
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench import units
from waitbench.calibration import _sides, _streams
from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.parsing import Parser
from waitbench.services.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MS = 1_000_000
CONTROL, LIMIT, PROXY = "sleep", "thread", "proxy"
PIECES = "pieces"
SIZE = 128
MOST_THREADS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """One load: every request asks for the same delay, at random moments of a given rate."""

    latency_ms: int
    rate: int

    @property
    def in_flight(self) -> int:
        """How many requests are in service on average (Little's law)."""
        return self.rate * self.latency_ms // 1000

    @property
    def connections(self) -> int:
        """Enough that hardly any request finds all of them busy."""
        return round(self.in_flight * 1.2) + 100


LOADS = (Load(latency_ms=50, rate=2000), Load(latency_ms=2500, rate=2000))
NEAR = Load(latency_ms=1, rate=1000)
"""What a proxy is measured with: a service one millisecond away."""
STREAMS = Load(latency_ms=20, rate=10_000)
"""What streams are measured with: 200 at once, a piece every 20 ms in each; its rate is theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """How late the middle answer and one in a hundred may be, in the quietest block."""

    p50_ns: int
    p99_ns: int
    times_thread: float | None = None
    """How many times later than the bare thread one in a hundred may be."""


GOALS = {
    ("timerfd", LOADS[0]): Goal(p50_ns=40_000, p99_ns=150_000, times_thread=2.0),
    (PROXY, NEAR): Goal(p50_ns=100_000, p99_ns=400_000),
    (PIECES, STREAMS): Goal(p50_ns=100_000, p99_ns=500_000),
}


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
    blocks: list[tuple[int, int]] = field(default_factory=list)
    """The 99th percentile and the median of each block: the lowest is the quietest."""
    drift_ns: tuple[int, int] | None = None
    """How late the first and the last thousand of 10,000 pieces of a stream were, each a median."""

    @property
    def quietest(self) -> tuple[int, int]:
        """Median and 99th percentile of the quietest block, in nanoseconds."""
        p99_ns, p50_ns = min(self.blocks, default=(0, 0))
        return p50_ns, p99_ns

    @property
    def early(self) -> int:
        """Answers before their time."""
        return sum(count for error_ns, count in self.counts.items() if error_ns < 0)

    def quantile_ns(self, share: float, *, absolute: bool = False) -> int:
        """Return the error that a share of the answers does not exceed."""
        return quantile_ns(self.counts, share, absolute=absolute)

    def add(self, counts: Counter[int], seen_ns: list[int], errors: int) -> None:
        """Add one block."""
        self.counts += counts
        self.blocks.append((quantile_ns(counts, 0.99), quantile_ns(counts, 0.5)))
        self.seen_ns += seen_ns
        self.errors += errors


def quantile_ns(counts: Counter[int], share: float, *, absolute: bool = False) -> int:
    """Return the value that a share of what was counted does not exceed."""
    if absolute:
        folded: Counter[int] = Counter()
        for value, count in counts.items():
            folded[abs(value)] += count
        counts = folded
    rank = share * counts.total()
    below = 0
    for value in sorted(counts):
        below += counts[value]
        if below >= rank:
            return value
    return 0


def measure(  # noqa: PLR0913 - all by name
    *,
    loops: Sequence[str],
    timers: Sequence[str],
    loads: Sequence[Load] = LOADS,
    blocks: int = 4,
    block_s: float = 2.0,
    engine: str = "aiohttp",
    beside: bool = False,
) -> list[Precision]:
    """Measure every timer on every loop, one block of each after the other, over and over.

    Args:
        loops: event loops of the target.
        timers: its timers (`timerfd`, `fallback`, `sleep`).
        loads: what it is loaded with.
        blocks: how many times each is measured.
        block_s: how long requests are sent in each block.
        engine: of the target.
        beside: whether a bare thread is measured, too, and on each loop a proxy and streams, with
            the first of the timers and with asyncio.sleep.

    Raises:
        BenchError: a target or a load process failed.
    """
    rows: list[tuple[Precision, _sides.Side]] = []
    with ExitStack() as stack:
        targets = {
            (loop, timer): stack.enter_context(
                _sides.target("--loop", loop, "--timer", timer, "--engine", engine)
            )
            for loop in loops
            for timer in timers
        }
        for load in loads:
            if beside and load.in_flight <= MOST_THREADS:
                bare = stack.enter_context(_sides.thread(load.latency_ms * MS, SIZE))
                rows.append((Precision(timer=LIMIT, loop="none", load=load), bare))
            for (loop, timer), side in targets.items():
                rows.append((Precision(timer=timer, loop=loop, load=load), side))
        if beside:
            upstream = stack.enter_context(_sides.target("--engine", "fast"))
            for loop in loops:
                options = ("--loop", loop, "--latency", f"{NEAR.latency_ms}ms")
                near = stack.enter_context(_sides.proxy(upstream.url, *options))
                rows.append((Precision(timer=PROXY, loop=loop, load=NEAR), near))
            for loop in loops:
                for timer, name in ((timers[0], PIECES), (CONTROL, CONTROL)):
                    kept = ("--loop", loop, "--timer", timer, "--engine", engine)
                    sending = stack.enter_context(_sides.target(*kept, histogram="piece_error"))
                    rows.append((Precision(timer=name, loop=loop, load=STREAMS), sending))
        for block in range(blocks):
            # Every other block goes backwards: drift hits first and last alike.
            for row, side in rows if block % 2 == 0 else reversed(rows):
                _run_block(row, side, block, block_s)
    return [row for row, _ in rows]


def _run_block(row: Precision, side: _sides.Side, block: int, block_s: float) -> None:
    load = row.load
    if load == STREAMS:
        pieces = round(block_s * 1000 / load.latency_ms)
        read = _streams.read_all(side.url, load.in_flight, load.latency_ms, pieces, side.turn)
        row.add(read[0], [], read[1])
        if row.timer == PIECES and row.drift_ns is None:
            row.drift_ns = _streams.drift_ns(side.url)
        return
    order = Order(
        url=side.url,
        # Who asks through a proxy asks a target that answers at once.
        latency="0" if row.timer == PROXY else f"{load.latency_ms}ms",
        latency_ns=load.latency_ms * MS,
        rate=load.rate,
        connections=load.connections,
        # Half the requests should find the load in full.
        duration_ns=round((block_s + load.latency_ms / 1000) * 1000 * MS),
        seed=block,
        size=SIZE,
    )
    result = drive(order, side.turn)
    row.add(side.turn(), result.beyond_asked_ns, result.errors + result.starved)


def lines(rows: Sequence[Precision]) -> Iterator[str]:
    """Write the table, and what it says about the goals."""
    yield "injection error (answer handed over - arrival - asked), ms"
    yield (
        f"{'timer':9} {'loop':8} {'in flight':>9} {'req/s':>6} {'n':>7} {'p50':>7} {'p90':>7}"
        f" {'p99':>7} {'max':>7} {'quietest p50':>12} {'p99':>7} {'early':>6} {'|p50|':>7}"
        f" {'client p50':>10} {'bad':>4}"
    )
    for row in rows:
        quantiles = "".join(f" {row.quantile_ns(s) / MS:7.3f}" for s in (0.5, 0.9, 0.99, 1))
        client_ns = sorted(row.seen_ns)[len(row.seen_ns) // 2] if row.seen_ns else 0
        p50_ns, p99_ns = row.quietest
        yield (
            f"{row.timer:9} {row.loop:8} {row.load.in_flight:9} {row.load.rate:6}"
            f" {row.counts.total():7}{quantiles} {p50_ns / MS:12.3f} {p99_ns / MS:7.3f}"
            f" {row.early:6}"
            f" {row.quantile_ns(0.5, absolute=True) / MS:7.3f} {client_ns / MS:10.3f}"
            f" {row.errors:4}"
        )
    yield from _closer(rows)
    yield from _goals(rows)
    for row in rows:
        if row.drift_ns is not None:
            first, last = (ns / MS for ns in row.drift_ns)
            yield (
                f"one stream of 10,000 pieces on {row.loop}, a piece every 0.2 ms: the first"
                f" thousand {first:.3f} ms late in the middle, the last {last:.3f}"
            )


def _closer(rows: Sequence[Precision]) -> Iterator[str]:
    """Compare each timer with the control on the same loop and load: how many times closer."""
    controls = {(row.loop, row.load): row for row in rows if row.timer == CONTROL}
    for row in rows:
        control = controls.get((row.loop, row.load))
        if control is None or row is control or row.timer == LIMIT:
            continue
        own_ns = row.quantile_ns(0.5, absolute=True)
        times = control.quantile_ns(0.5, absolute=True) / max(own_ns, 1)
        yield (
            f"{row.timer} on {row.loop} at {row.load.in_flight} in flight: the middle answer is"
            f" {times:.1f} times closer than with asyncio.sleep"
        )


def _goals(rows: Sequence[Precision]) -> Iterator[str]:
    """Hold the quietest block of each row against its goal, and against the bare thread."""
    limits = {row.load: row for row in rows if row.timer == LIMIT}
    for row in rows:
        goal, limit = GOALS.get((row.timer, row.load)), limits.get(row.load)
        if goal is None:
            continue
        p50_ns, p99_ns = row.quietest
        line = (
            f"{row.timer} on {row.loop} at {row.load.latency_ms} ms, {row.load.rate}/s, quietest"
            f" block: p50 {p50_ns / MS:.3f} ms (goal {goal.p50_ns / MS:g}),"
            f" p99 {p99_ns / MS:.3f} ms (goal {goal.p99_ns / MS:g})"
        )
        if goal.times_thread and limit is not None:
            times = p99_ns / max(limit.quietest[1], 1)
            line += f", {times:.2f} times the bare thread's (goal {goal.times_thread:g})"
        yield line


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
        beside=True,
    )
    for line in lines(rows):
        print(line)
    return int(any(row.errors or row.early for row in rows if row.timer not in {CONTROL, LIMIT}))


if __name__ == "__main__":
    raise SystemExit(main())
