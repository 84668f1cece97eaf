"""Rows as flat records of plain figures, units in their names: what CSV and JSON are made of."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.perfmodel.roofline import Crossover
    from waitbench.results.foreign import ForeignBenchmark, ForeignRun
    from waitbench.stats.estimates import Estimate

Record = dict[str, Any]

DIGITS = 12
"""Significant digits: all that was measured, and none that the last addition made up."""


def scenario(comparison: Comparison) -> Record:
    """Return what a scenario is."""
    return {
        "suite": comparison.suite,
        "scenario": comparison.name,
        "workload": comparison.workload,
        "tasks": comparison.tasks,
        "concurrency": comparison.concurrency,
        "wait_ns": figure(comparison.waits_ns),
        "ideal_ns": figure(comparison.ideal_ns),
        "baseline": comparison.baseline,
    }


def row(contestant: Row) -> Record:
    """Return the figures of a contestant; None where there is none."""
    wall_of = contestant.measured.wall_of
    return {
        "model": contestant.model,
        "kind": contestant.kind,
        "control": contestant.control,
        "sound": contestant.sound,
        "held_back": contestant.held_back,
        "width": contestant.width,
        **estimate("wall", contestant.wall if wall_of == "round" else None, "_ns"),
        **estimate("latency", contestant.wall if wall_of == "latency" else None, "_ns"),
        **estimate("times_faster", contestant.ratio),
        "verdict": contestant.verdict.verdict if contestant.verdict else None,
        "bound": contestant.measured.bound,
        **_tasks_per_s(contestant),
        "efficiency": figure(contestant.efficiency),
        "roofline_ns": figure(contestant.roofline_ns),
        **estimate("crossover", contestant.crossover),
        **estimate("cpu_per_task", contestant.cpu, "_ns"),
        "memory_bytes": figure(contestant.measured.memory_bytes),
        "startup_ns": figure(contestant.measured.startup_ns),
        "task_p50_ns": figure(contestant.measured.p50_ns),
        "task_p99_ns": figure(contestant.measured.p99_ns),
        "launches": contestant.measured.launches,
        "blocks": len(contestant.measured.walls),
        "rounds": contestant.measured.rounds,
        "rounds_disturbed": contestant.measured.disturbed,
        "rounds_left_out": contestant.measured.left_out,
        "rounds_failed": contestant.measured.failed_rounds,
        "errors": contestant.measured.errors,
        "error": contestant.measured.error,
        "failure": contestant.measured.failure,
    }


def _tasks_per_s(contestant: Row) -> Record:
    wall, per_s = contestant.wall, contestant.measured.tasks_per_s
    low = per_s * wall.value / wall.high if wall and per_s and wall.high else None
    high = per_s * wall.value / wall.low if wall and per_s and wall.low else None
    return {
        "tasks_per_s": figure(per_s),
        "tasks_per_s_low": figure(low),
        "tasks_per_s_high": figure(high),
    }


def of_others(summary: Summary) -> dict[str, Record]:
    """Return what only rows of another tool have, by their names; nothing for a run of ours."""
    run = summary.run
    if run is None or run.others is None or not run.plain:
        return {}
    return {
        label: benchmark_of_others(run.others, benchmark)
        for label, benchmark in zip(run.others.labels, run.others.benchmarks, strict=True)
    }


def benchmark_of_others(run: ForeignRun, benchmark: ForeignBenchmark) -> Record:
    """Return one benchmark of another tool: its median in `unit`, its quartiles, its counts."""
    low, high = benchmark.spread or (None, None)
    return {
        "fullname": benchmark.fullname,
        "tool": run.measured_by,
        "value": figure(benchmark.value),
        "unit": benchmark.unit or "count",
        "quartile_1": figure(low),
        "quartile_3": figure(high),
        "calls_per_round": benchmark.calls or None,
    }


def estimate(name: str, interval: Estimate | Crossover | None, unit: str = "") -> Record:
    """Return a figure and the ends of its interval as three fields, `wall_low_ns` among them."""
    return {
        f"{name}{unit}": figure(interval.value) if interval else None,
        f"{name}_low{unit}": figure(interval.low) if interval else None,
        f"{name}_high{unit}": figure(interval.high) if interval else None,
    }


def figure(value: float | None) -> float | None:
    """Return a figure as it can be written anywhere: None for what is no number, 3 for 3.0."""
    if value is None or isinstance(value, bool):
        return value
    if not isfinite(value):
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) else rounded
