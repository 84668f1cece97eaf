"""Benchmarks that another tool timed alone, as tables beside those of races."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from waitbench.analysis.comparison import Comparison
from waitbench.analysis.measured import Measured
from waitbench.analysis.row import Row
from waitbench.results.foreign import SUITE, ForeignBenchmark, ForeignRun
from waitbench.stats import estimates
from waitbench.stats.estimates import CONFIDENCE, Estimate
from waitbench.stats.order import median_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.results.load import Run

UNGROUPED = "benchmarks"


def comparisons(run: ForeignRun) -> list[Comparison]:
    """Put benchmarks of a group side by side: one figure each, since nothing else was measured."""
    return [
        Comparison(
            name=name,
            suite=SUITE,
            workload=SUITE,
            params={},
            tasks=1,
            concurrency=1,
            waits_ns=0.0,
            computes=False,
            ideal_ns=0.0,
            baseline=None,
            rows=tuple(_row(label, benchmark) for label, benchmark in group.items()),
        )
        for name, group in groups(run).items()
    ]


def groups(run: ForeignRun) -> dict[str, Mapping[str, ForeignBenchmark]]:
    """Return the benchmarks by group and label, in the order of the file."""
    grouped: dict[str, dict[str, ForeignBenchmark]] = {}
    for label, benchmark in zip(run.labels, run.benchmarks, strict=True):
        grouped.setdefault(benchmark.group or UNGROUPED, {})[label] = benchmark
    return dict(grouped)


def left_out(run: Run) -> list[dict[str, str]]:
    """Name the entries of another tool's file that have no figure, and why."""
    if run.others is None or not run.plain:
        return []
    return [
        {"suite": SUITE, "scenario": UNGROUPED, "model": entry.name, "reason": entry.reason}
        for entry in run.others.skipped
    ]


def over_processes(benchmark: ForeignBenchmark) -> tuple[float, float] | None:
    """Return the interval of the median over the processes; None for one alone.

    It is made of the processes' medians: by ranks, or where they are too few by Student's t.
    """
    if len(benchmark.processes) < 2:  # noqa: PLR2004  one alone tells no interval
        return None
    if by_rank := median_interval([median(values) for values in benchmark.processes]):
        return by_rank
    sure = estimates.centre(dict(enumerate(benchmark.processes)))
    return sure.interval if sure else None


def _row(label: str, benchmark: ForeignBenchmark) -> Row:
    sure = over_processes(benchmark)
    wall = Estimate(
        value=benchmark.value,
        low=sure[0] if sure else None,
        high=sure[1] if sure else None,
        confidence=CONFIDENCE,
        over="launches" if sure else "rounds",
        count=len(benchmark.processes) or benchmark.rounds,
        spreads=(),
    )
    timed = benchmark.unit == "ns"
    measured = Measured(
        model=label,
        kind=label,
        width=1,
        wall=wall if timed else None,
        tasks_per_s=1e9 / benchmark.value if timed else None,
        rounds=benchmark.rounds,
        launches=len(benchmark.processes) or 1,
        notes=benchmark.remarks,
    )
    return Row(measured=measured, wall=measured.wall)
