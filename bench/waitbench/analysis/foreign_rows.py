"""Benchmarks that pytest-benchmark timed alone, as tables beside those of races."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.analysis.comparison import Comparison
from waitbench.analysis.row import Row
from waitbench.results.foreign import SUITE, Plain
from waitbench.stats.estimates import CONFIDENCE, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

UNGROUPED = "benchmarks"


def comparisons(plain: Iterable[Plain]) -> list[Comparison]:
    """Put benchmarks of a group side by side: walls alone, since nothing else was measured."""
    groups: dict[str, list[Plain]] = {}
    for benchmark in plain:
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


def _row(benchmark: Plain) -> Row:
    return Row(
        model=benchmark.name,
        kind=benchmark.name,
        control=False,
        width=1,
        wall=Estimate(
            value=benchmark.median_ns,
            low=None,
            high=None,
            confidence=CONFIDENCE,
            over="rounds",
            count=benchmark.rounds,
            spreads=(),
        ),
        walls={},
        tasks_per_s=1e9 / benchmark.median_ns,
        ratio=None,
        verdict=None,
        p50_ns=None,
        p99_ns=None,
        cpu=None,
        parts={},
        roofline_ns=None,
        crossover=None,
        memory_bytes=None,
        efficiency=None,
        startup_ns=None,
        bound=None,
        rounds=benchmark.rounds,
        disturbed=0,
        left_out=0,
        failed_rounds=0,
        errors=0,
        error=None,
        launches=1,
        failure=None,
        notes=(),
    )
