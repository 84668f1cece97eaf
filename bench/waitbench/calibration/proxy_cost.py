"""What the proxy costs: CPU a message, memory of idle connections, bytes a second beside splice."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from statistics import median
from typing import TYPE_CHECKING

import psutil

from waitbench.calibration import _sides
from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.calibration.target_cost import cpu_ns
from waitbench.parsing import Parser
from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess
from waitbench.services.target import Target
from waitbench.stats.estimates import Estimate, paired_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GOAL_US, GOAL_MB, GOAL_TIMES = 60.0, 300.0, 0.5
IDLE = 10_000
DELAY_MS = 1
CONNECTIONS = 32
READY_WITHIN_S = 20.0
READ_BYTES = 1024**2
MB = 1e6
_S = 1_000_000_000
_OTHER_FILES = 256  # beside the connections


def message_us(*, blocks: int, block_s: float, loop: str) -> float:
    """Return CPU microseconds of the proxy for each message that passes: a request, an answer.

    Each answer is delayed by a millisecond, so that the timer's work is in it.

    Raises:
        BenchError: a server failed, or an answer was wrong.
    """
    costs = []
    with ExitStack() as stack:
        upstream = stack.enter_context(_sides.target("--engine", "fast"))
        options = ("--loop", loop, "--latency", f"{DELAY_MS}ms")
        proxy = stack.enter_context(_sides.proxy(upstream.url, *options))
        order = Order(
            url=proxy.url,
            latency="0",
            latency_ns=DELAY_MS * 1_000_000,
            rate=0,
            connections=CONNECTIONS,
            duration_ns=round(block_s * _S),
        )
        for _ in range(blocks):
            began: list[int] = []
            result = drive(order, lambda began=began: began.append(cpu_ns(proxy.pid)))  # type: ignore[misc]
            used_ns = cpu_ns(proxy.pid) - began[0]
            if result.errors or not result.sent:
                raise BenchError(f"{result.errors} of {result.sent} answers were wrong")
            costs.append(used_ns / (2 * result.sent) / 1000)
    return median(costs)


def idle_mb(count: int, loop: str) -> float:
    """Return how much more memory the proxy takes with so many idle connections through it.

    Raises:
        BenchError: it does not start, or may not open so many files.
    """
    with ExitStack() as stack:
        stack.enter_context(_files(count + _OTHER_FILES))
        upstream = stack.enter_context(_pump("keep"))
        proxy = stack.enter_context(Target("--loop", loop, "--proxy", f"127.0.0.1:{upstream}"))
        host, _, port = proxy.ready["proxy"]["proxy"]["listen"].rpartition(":")
        before = psutil.Process(proxy.pid).memory_info().rss
        for _ in range(count):
            client = stack.enter_context(socket.create_connection((host, int(port))))
            client.send(b"x")  # so that it has been of use
            if not client.recv(1):
                raise BenchError("the proxy closed a connection; see `ulimit -Hn`")
        return float(psutil.Process(proxy.pid).memory_info().rss - before) / MB


@contextmanager
def _files(count: int) -> Iterator[None]:
    """Allow this process so many open files, of those that it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def most_idle() -> int:
    """Return how many connections a proxy can hold here, of those that the goal is for."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        return IDLE
    return min(IDLE, (hard - _OTHER_FILES) // 2)  # it takes two files for each


def throughput(*, blocks: int, block_s: float, loop: str) -> dict[str, Estimate]:
    """Return how many times as many bytes a second the proxy passes as splice, and as socat.

    Raises:
        BenchError: a process failed, or this system has no splice(2).
    """
    if not hasattr(os, "splice"):
        raise BenchError("bytes a second are held against splice(2), which Linux alone has")
    with ExitStack() as stack:
        source = stack.enter_context(_pump("source"))
        ports = {"splice": stack.enter_context(_pump("splice", str(source)))}
        if shutil.which("socat"):
            ports["socat"] = stack.enter_context(_socat(source))
        proxy = stack.enter_context(Target("--loop", loop, "--proxy", f"127.0.0.1:{source}"))
        ports["proxy"] = int(proxy.ready["proxy"]["proxy"]["listen"].rpartition(":")[2])
        seconds: dict[str, dict[tuple[int, int], list[float]]] = {name: {} for name in ports}
        for block in range(blocks):
            sides = list(ports.items())
            for name, port in sides if block % 2 == 0 else reversed(sides):
                seconds[name][0, block] = [1 / _bytes_per_s(port, block_s)]
    ratios = {}
    for name in ports.keys() - {"proxy"}:
        ratio = paired_ratio(seconds[name], seconds["proxy"])
        assert ratio is not None
        ratios[name] = ratio
    return ratios


def _bytes_per_s(port: int, block_s: float) -> float:
    """Read for a while from a port that sends without end."""
    room = bytearray(READ_BYTES)
    with socket.create_connection(("127.0.0.1", port)) as reader:
        reader.recv_into(room)
        begun, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - begun) < block_s:
            count += reader.recv_into(room)
    return count / spent


@contextmanager
def _pump(*arguments: str) -> Iterator[int]:
    with ManagedProcess.of_module("waitbench.calibration._pump", *arguments) as process:
        try:
            yield int(process.read_line(READY_WITHIN_S))
        except (TimeoutError, EOFError):
            raise BenchError(f"the {arguments[0]} {process.how_it_ended()}") from None


@contextmanager
def _socat(source: int) -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
    listen = f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
    with ManagedProcess(["socat", listen, f"TCP:127.0.0.1:{source}"]):
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield port


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a goal is certainly missed."""
    parser = Parser(prog="waitbench calibrate proxy_cost", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few short blocks, about 20 s")
    parser.add_argument("--loop", choices=["auto", "asyncio", "uvloop"], default="auto")
    options = parser.parse_args(argv)
    size = {"blocks": 3, "block_s": 0.5} if options.quick else {"blocks": 10, "block_s": 1.0}
    cost_us = message_us(loop=options.loop, **size)  # type: ignore[arg-type]
    print(f"CPU of a message, delayed by {DELAY_MS} ms: {cost_us:.1f} us (goal {GOAL_US:g})")
    idle = most_idle() // (10 if options.quick else 1)
    taken_mb = idle_mb(idle, options.loop) * IDLE / idle
    measured = "" if idle == IDLE else f", by {idle} of them"
    print(f"memory of {IDLE} idle connections{measured}: {taken_mb:.0f} MB (goal {GOAL_MB:g})")
    missed = cost_us > GOAL_US or taken_mb > GOAL_MB
    for name, times in throughput(loop=options.loop, **size).items():  # type: ignore[arg-type]
        low, high = times.low or 0.0, times.high or 0.0
        missed |= high < GOAL_TIMES
        print(
            f"bytes a second / {name}: {times.value:.2f} ({low:.2f} to {high:.2f} at 95 %);"
            f" the goal is at least {GOAL_TIMES:g}"
        )
    if not shutil.which("socat"):
        print("socat is not installed: splice(2) by itself stands for it")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
