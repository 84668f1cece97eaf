"""What is slower, once more and profiled: which functions take more time on head than on base."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate.worktrees import SIDES
from waitbench.profiling import hot_functions
from waitbench.profiling.profiled_pass import profile
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from waitbench.gate.benchmark import Benchmark
    from waitbench.profiling.profile import Lane, Profile

SECONDS = 0.8
"""So long each side is profiled."""
MOST = 5
"""Of more benchmarks that became slower, the rest is not profiled: a gate has to end."""


def slower_functions(benchmark: Benchmark, roots: Mapping[str, Path], seed: int) -> tuple[str, ...]:
    """Profile both sides of a benchmark and return which functions grew; it decides nothing.

    Args:
        benchmark: the one that became slower.
        roots: the project's folder of each side: files are named from there.
        seed: of the latencies.

    Returns:
        A sentence for each; none where no function stands out or a side cannot be profiled.
    """
    if benchmark.scenario.workload == "command":  # its work is done in processes of its own
        return ()
    if any(contestant.program for contestant in benchmark.contestants):
        return ()  # a profiler is nothing that a project's own environment has to have
    lineup = [(benchmark.scenario, list(benchmark.contestants))]
    try:
        profiles = profile(lineup, seconds=SECONDS, seed=seed)
    except BenchError:
        return ()
    if len(profiles) < len(SIDES) or any(profiled.failure for profiled in profiles):
        return ()
    base, head = (_at_home(profiled, roots[profiled.model]) for profiled in profiles)
    calls = int(benchmark.scenario.params.get("calls", 1))
    return tuple(_sentence(function, calls) for function in hot_functions.grown(base, head))


def _sentence(function: hot_functions.Grown, calls: int) -> str:
    before, after = (
        formatting.duration(ns / calls) for ns in (function.before_ns, function.after_ns)
    )
    return f"profile: {function.name} grew from {before} to {after} per task"


def _at_home(profiled: Profile, root: Path) -> Profile:
    """Name the project's files from its own folder, so that they are alike on both sides."""
    return replace(
        profiled, lanes=tuple(_lane_at_home(lane, f"{root}/") for lane in profiled.lanes)
    )


def _lane_at_home(lane: Lane, folder: str) -> Lane:
    stacks = {
        tuple(frame.replace(f"\x00{folder}", "\x00") for frame in stack): ns
        for stack, ns in lane.stacks.items()
    }
    return replace(lane, stacks=stacks)
