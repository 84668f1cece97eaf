"""Benchmarks of both sides in, peak memory out: each in fresh processes of its own."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from waitbench.gate.counting_process import CountingProcess, on_both
from waitbench.gate.worktrees import SIDES
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.system.interrupt import Interrupt
from waitbench.system.memory import PeakMemory, high_water_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.gate.benchmark import Benchmark

PAIRS = 5
ROUNDS = 2
"""What a first round leaves in memory, a second one shows."""
Pairs = dict[str, list[tuple[float, float]]]


def measurable(benchmark: Benchmark) -> bool:
    """Check whether a benchmark's memory is its own: a worker of ours runs it, and no server."""
    return benchmark.scenario.workload == "own" and not any(
        contestant.program for contestant in benchmark.contestants
    )


def peaks(
    benchmarks: Sequence[Benchmark],
    *,
    ends_s: float,
    say: Callable[[str], object] = lambda _: None,
) -> Pairs:
    """Return by benchmark the peak memory of base and head, in bytes, a tuple for each pair.

    A process that did nothing else opens a benchmark and runs its rounds; the peak is that of the
    process by the kernel's own mark or of it with its children as sampled, whichever is higher.
    What fails is left out.

    Args:
        benchmarks: that both sides can run, each `measurable`.
        ends_s: moment on `time.monotonic` after which no further pair is begun.
        say: is told how far it is.
    """
    pairs: Pairs = {}
    took_s = 0.0
    with Interrupt.of_this_thread() as stop:
        for number in range(PAIRS if benchmarks else 0):
            began_s = time.monotonic()
            if number and began_s + took_s > ends_s:
                break
            say(f"measuring memory, pair {number + 1} of {PAIRS}")
            try:
                for benchmark in benchmarks:
                    base, head = on_both(partial(_peak, benchmark, stop))
                    if base and head:
                        pairs.setdefault(benchmark.name, []).append((base, head))
            except InterruptedRaceError:
                break
            took_s = time.monotonic() - began_s
    return pairs


def _peak(benchmark: Benchmark, stop: Interrupt, side: str) -> int:
    """Return the peak of one benchmark in a fresh process of one side; 0 where it failed."""
    contestant = benchmark.contestants[SIDES.index(side)]
    try:
        with CountingProcess(stop) as process:
            pid = process.worker(contestant, benchmark.scenario.workload).pid
            with PeakMemory(pid) as sampled:
                process.rounds(benchmark.scenario, contestant, ROUNDS)
            return max(sampled.bytes or 0, high_water_bytes(pid))
    except ContestantError:
        return 0
