"""The results file of an imagined tool: `{"stopwatch": {"load": [0.012, 0.013]}}`, in seconds."""

from __future__ import annotations

from typing import Any

from waitbench.results.foreign import (
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    mapping,
    middle,
    rounds_of,
    sorted_out,
    text,
)

NAME = "stopwatch"


def claims(document: Any) -> bool:
    """Check for what only this tool writes."""
    return NAME in mapping(document)


def read(document: Any) -> ForeignRun:
    """Read every list of seconds; a list without a time is named with the reason."""
    benchmarks, skipped = sorted_out(
        _benchmark(text(name), rounds_of(times))
        for name, times in mapping(mapping(document)[NAME]).items()
    )
    return ForeignRun(tool=NAME, benchmarks=benchmarks, skipped=skipped)


def _benchmark(name: str, values: tuple[float, ...]) -> ForeignBenchmark | SkippedBenchmark:
    if not values:
        return SkippedBenchmark(name=name, reason="it has no times, or one that cannot be")
    median, spread = middle(values)
    return ForeignBenchmark(
        name=name, fullname=name, value=median, rounds=len(values), spread=spread, values=values
    )
