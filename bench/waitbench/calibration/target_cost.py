"""What the target's measuring costs: requests per second of server CPU against bare aiohttp."""

from __future__ import annotations

import importlib.util
import platform
import time
from contextlib import ExitStack, contextmanager
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

GOAL = 0.95
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


def measure(loop: str, *, blocks: int, block_s: float) -> tuple[float, float, Estimate]:
    """Load both servers in turn.

    Returns:
        Median CPU time per request of the target and of the bare server in nanoseconds, and how
        many times more requests per second of CPU the target answers.

    Raises:
        BenchError: a server failed.
    """
    ours: dict[tuple[int, int], list[float]] = {}
    theirs: dict[tuple[int, int], list[float]] = {}
    with ExitStack() as stack:
        target = stack.enter_context(Target("--loop", loop))
        url, pid = stack.enter_context(bare(loop))
        for block in range(-1, blocks):  # the first warms both up
            sides = [(target.url, target.pid, ours), (url, pid, theirs)]
            for address, process, costs in sides if block % 2 == 0 else reversed(sides):
                costs[0, block] = [cost_ns(address, process, block_s)]
    for costs in (ours, theirs):
        del costs[0, -1]
    ratio = paired_ratio(theirs, ours)
    assert ratio is not None
    return (
        median(cost for (cost,) in ours.values()),
        median(cost for (cost,) in theirs.values()),
        ratio,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if the target is certainly below its goal."""
    parser = Parser(prog="waitbench calibrate target_cost", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few short blocks, about 15 s")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], help="only this loop")
    options = parser.parse_args(argv)
    loops = [options.loop] if options.loop else ["asyncio"]
    if not options.loop and importlib.util.find_spec("uvloop") is not None:
        loops.append("uvloop")
    missed = False
    print(f"requests per second and core of server CPU, latency 0, body {SIZE} bytes")
    print(f"{'loop':8} {'target':>8} {'bare':>8}  target / bare (95 % interval)")
    for loop in loops:
        own_ns, bare_ns, ratio = measure(
            loop, blocks=4 if options.quick else 12, block_s=0.5 if options.quick else 1.0
        )
        low, high = ratio.low or 0.0, ratio.high or 0.0
        missed |= high < GOAL
        print(
            f"{loop:8} {_S / own_ns:8.0f} {_S / bare_ns:8.0f}  {ratio.value:.2f}"
            f" ({low:.2f} to {high:.2f}); the goal is at least {GOAL}"
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
