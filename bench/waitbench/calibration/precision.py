"""How late target, streams and proxy are, beside asyncio.sleep and a bare thread, in one run."""

from __future__ import annotations

import importlib.util
from contextlib import ExitStack
from typing import TYPE_CHECKING

from waitbench import units
from waitbench.calibration import _sides, _streams
from waitbench.calibration._drive import drive
from waitbench.calibration._lateness import (
    CONTROL,
    LIMIT,
    LOADS,
    MS,
    NEAR,
    PIECES,
    PROXY,
    STREAMS,
    Load,
    Precision,
)
from waitbench.calibration._lateness_table import lines
from waitbench.calibration._load import Order
from waitbench.parsing import Parser
from waitbench.services.target import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 128
MOST_THREADS = 500


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
