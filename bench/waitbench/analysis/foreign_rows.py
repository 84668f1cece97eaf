"""Benchmarks that pytest-benchmark timed alone, as tables beside those of races."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.analysis.comparison import Comparison
from waitbench.analysis.measured import Measured
from waitbench.analysis.row import Row
from waitbench.results.foreign import SUITE, ForeignBenchmark
from waitbench.stats.estimates import CONFIDENCE, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

UNGROUPED = "benchmarks"


def comparisons(benchmarks: Iterable[ForeignBenchmark]) -> list[Comparison]:
    """Put benchmarks of a group side by side: walls alone, since nothing else was measured."""
    groups: dict[str, list[ForeignBenchmark]] = {}
    for benchmark in benchmarks:
        groups.setdefault(benchmark.group or UNGROUPED, []).append(benchmark)
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
            rows=tuple(map(_row, group)),
        )
        for name, group in groups.items()
    ]


def _row(benchmark: ForeignBenchmark) -> Row:
    wall = Estimate(
        value=benchmark.median_ns,
        low=None,
        high=None,
        confidence=CONFIDENCE,
        over="rounds",
        count=benchmark.rounds,
        spreads=(),
    )
    measured = Measured(
        model=benchmark.name,
        kind=benchmark.name,
        width=1,
        wall=wall,
        tasks_per_s=1e9 / benchmark.median_ns,
        rounds=benchmark.rounds,
        launches=1,
    )
    return Row(measured=measured, wall=wall)
