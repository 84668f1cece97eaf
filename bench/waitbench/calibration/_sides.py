"""What keeps clients waiting in a calibration (target, proxy, bare thread), and how late it was."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess
from waitbench.services.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

READY_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A running server.

    Attributes:
        url: where it is asked.
        pid: its process.
        turn: begins a period; returns how late it was in the one that ends: how often by how many
            nanoseconds, below zero if early.
    """

    url: str
    pid: int
    turn: Callable[[], Counter[int]]


def counted(histogram: list[list[int]]) -> Counter[int]:
    """Return how often each value came, from [lowest, highest, count] of each bucket."""
    counts: Counter[int] = Counter()
    for low, high, count in histogram:
        counts[(low + high) // 2] += count
    return counts


@contextmanager
def target(*options: str, histogram: str = "injection_error") -> Iterator[Side]:
    """Run the target.

    Args:
        options: of its command line.
        histogram: of its statistics, that says how late it was.

    Raises:
        BenchError: it does not start.
    """
    with Target(*options) as running:

        def turn() -> Counter[int]:
            return counted(running.reset("precision")["histogram"][histogram])

        yield Side(url=running.url, pid=running.pid, turn=turn)


@contextmanager
def proxy(upstream: str, *options: str) -> Iterator[Side]:
    """Run a proxy in front of a server; its errors are those of what the upstream sent.

    Raises:
        BenchError: it does not start.
    """
    with Target("--proxy", upstream.removeprefix("http://"), *options) as running:

        def turn() -> Counter[int]:
            return counted(running.reset("precision")["proxy"]["proxy"]["histogram"]["down"])

        url = f"http://{running.ready['proxy']['proxy']['listen']}"
        yield Side(url=url, pid=running.pid, turn=turn)


@contextmanager
def thread(delay_ns: int, size: int) -> Iterator[Side]:
    """Run a bare thread for each connection, the physical limit.

    Raises:
        BenchError: it does not start.
    """
    with ManagedProcess.of_module(
        "waitbench.calibration._thread", str(delay_ns), str(size), hears=True
    ) as process:

        def line() -> bytes:
            try:
                return process.read_line(READY_WITHIN_S)
            except (TimeoutError, EOFError):
                raise BenchError(f"the bare threads' process {process.how_it_ended()}") from None

        def turn() -> Counter[int]:
            process.write_line(b"")
            return Counter(json.loads(line()))

        yield Side(url=line().decode(), pid=process.pid, turn=turn)
