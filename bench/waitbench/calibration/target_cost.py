"""What the target costs: requests per second of its CPU, bare aiohttp and fast engine beside it."""

from __future__ import annotations

import importlib.util
import platform
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.parsing import Parser
from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess
from waitbench.services.target import Target
from waitbench.stats.estimates import Estimate, paired_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GOAL, FAST_GOAL = 0.95, 2.5
SIZE = 128
CONNECTIONS = 32
READY_WITHIN_S = 20.0
_S = 1_000_000_000


@contextmanager
def bare(loop: str) -> Iterator[tuple[str, int]]:
    """Run the bare aiohttp server; yields its URL and its process id."""
    with ManagedProcess.of_module("waitbench.calibration._bare", loop, str(SIZE)) as process:
        try:
            url = process.read_line(READY_WITHIN_S).decode()
        except (TimeoutError, EOFError):
            raise BenchError(
                f"the bare server {process.how_it_ended()}; try: python -m waitbench_server "
                "--loop auto"
            ) from None
        yield url, process.pid


def cpu_ns(pid: int) -> int:
    """Return the CPU time a process has used: to the nanosecond on Linux, else by the tick."""
    if platform.system() == "Linux":
        # The clock of another process, numbered as clock_getcpuclockid(3) numbers it.
        return time.clock_gettime_ns((~pid << 3) | 2)
    import psutil

    used = psutil.Process(pid).cpu_times()
    return round((used.user + used.system) * _S)


def cost_ns(url: str, pid: int, block_s: float) -> float:
    """Load a server without pause for a while; return its CPU time per request.

    Raises:
        BenchError: an answer was wrong.
    """
    began: list[int] = []
    order = Order(
        url=url,
        latency="0",
        latency_ns=0,
        rate=0,
        connections=CONNECTIONS,
        duration_ns=round(block_s * _S),
        size=SIZE,
    )
    result = drive(order, lambda: began.append(cpu_ns(pid)))
    used_ns = cpu_ns(pid) - began[0]
    if result.errors or not result.sent:
        raise BenchError(f"{result.errors} of {result.sent} answers of {url} were wrong")
    return used_ns / result.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """CPU nanoseconds of a request, and how many times more requests a second of CPU answers.

    Attributes:
        target_ns: of the target.
        bare_ns: of the bare server.
        fast_ns: of the target with its fast engine.
        target: the target beside the bare server.
        fast: the fast engine beside the target's usual one.
    """

    target_ns: float
    bare_ns: float
    fast_ns: float
    target: Estimate
    fast: Estimate


def measure(loop: str, *, blocks: int, block_s: float) -> Costs:
    """Load all three servers in turn.

    Raises:
        BenchError: a server failed.
    """
    costs: tuple[dict[tuple[int, int], list[float]], ...] = ({}, {}, {})
    with ExitStack() as stack:
        target = stack.enter_context(Target("--loop", loop))
        fast = stack.enter_context(Target("--loop", loop, "--engine", "fast"))
        places = [
            (target.url, target.pid),
            stack.enter_context(bare(loop)),
            (fast.url, fast.pid),
        ]
        for block in range(-1, blocks):  # the first warms all up
            sides = list(zip(places, costs, strict=True))
            for (url, pid), taken in sides if block % 2 == 0 else reversed(sides):
                taken[0, block] = [cost_ns(url, pid, block_s)]
    for taken in costs:
        del taken[0, -1]
    own, theirs, quick = costs
    beside_bare, beside_own = paired_ratio(theirs, own), paired_ratio(own, quick)
    assert beside_bare is not None
    assert beside_own is not None
    target_ns, bare_ns, fast_ns = (median(cost for (cost,) in taken.values()) for taken in costs)
    return Costs(
        target_ns=target_ns, bare_ns=bare_ns, fast_ns=fast_ns, target=beside_bare, fast=beside_own
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if the target is certainly below a goal."""
    parser = Parser(prog="waitbench calibrate target_cost", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few short blocks, about 15 s")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], help="only this loop")
    options = parser.parse_args(argv)
    loops = [options.loop] if options.loop else ["asyncio"]
    if not options.loop and importlib.util.find_spec("uvloop") is not None:
        loops.append("uvloop")
    missed = False
    print(f"requests per second and core of server CPU, latency 0, body {SIZE} bytes")
    print(f"{'loop':8} {'target':>8} {'bare':>8} {'fast':>8}")
    for loop in loops:
        costs = measure(
            loop, blocks=4 if options.quick else 12, block_s=0.5 if options.quick else 1.0
        )
        each = "".join(f" {_S / ns:8.0f}" for ns in (costs.target_ns, costs.bare_ns, costs.fast_ns))
        print(f"{loop:8}{each}")
        for what, times, goal in (
            ("target / bare", costs.target, GOAL),
            ("--engine fast / target", costs.fast, FAST_GOAL),
        ):
            low, high = times.low or 0.0, times.high or 0.0
            missed |= high < goal
            print(
                f"{'':8} {what}: {times.value:.2f} ({low:.2f} to {high:.2f} at 95 %);"
                f" the goal is at least {goal}"
            )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
