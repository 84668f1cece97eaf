"""Rows as flat records of plain figures, units in their names: what CSV and JSON are made of."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.comparison import Comparison
    from bench.row import Row
    from bench.stats import Estimate

Record = dict[str, Any]

DIGITS = 12
"""Significant digits: all that was measured, and none that the last addition made up."""


def scenario(one: Comparison) -> Record:
    """Give what a scenario is."""
    return {
        "suite": one.suite,
        "scenario": one.name,
        "workload": one.workload,
        "tasks": one.tasks,
        "concurrency": one.concurrency,
        "wait_ns": figure(one.waits_ns),
        "ideal_ns": figure(one.ideal_ns),
        "baseline": one.baseline,
    }


def row(one: Row) -> Record:
    """Give the figures of a contestant; None where there is none, as in every place of a report."""
    return {
        "model": one.model,
        "kind": one.kind,
        "control": one.control,
        "sound": one.sound,
        "width": one.width,
        **estimate("wall", one.wall, "_ns"),
        **estimate("times_faster", one.ratio),
        "verdict": one.verdict.word if one.verdict else None,
        "bound": one.bound,
        "tasks_per_s": figure(one.tasks_per_s),
        "efficiency": figure(one.efficiency),
        "roofline_ns": figure(one.roofline_ns),
        **estimate("crossover", one.crossover),
        **estimate("cpu_per_task", one.cpu, "_ns"),
        "memory_bytes": figure(one.memory_bytes),
        "startup_ns": figure(one.startup_ns),
        "task_p50_ns": figure(one.p50_ns),
        "task_p99_ns": figure(one.p99_ns),
        "launches": one.launches,
        "blocks": len(one.walls),
        "rounds": one.rounds,
        "rounds_disturbed": one.disturbed,
        "rounds_left_out": one.left_out,
        "rounds_failed": one.failed_rounds,
        "errors": one.errors,
        "error": one.error,
        "failure": one.failure,
    }


def estimate(name: str, one: Any, unit: str = "") -> Record:
    """Give a figure and the ends of its interval as three fields, `wall_low_ns` among them."""
    found: Estimate | None = one
    return {
        f"{name}{unit}": figure(found.value) if found else None,
        f"{name}_low{unit}": figure(found.low) if found else None,
        f"{name}_high{unit}": figure(found.high) if found else None,
    }


def figure(value: float | None) -> float | None:
    """Give a figure as it can be written anywhere: None for what is no number, 3 for 3.0."""
    if value is None or isinstance(value, bool):
        return value
    if not isfinite(value):
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) else rounded
