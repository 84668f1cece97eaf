"""A contestant's record in, its benchmark as pytest-benchmark writes it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.results.record_json import to_json

if TYPE_CHECKING:
    from waitbench.results.record import ContestantRecord


def benchmark(row: ContestantRecord) -> dict[str, Any]:
    """Return the row as pytest-benchmark would have it: walls in seconds, and what they come to."""
    from pytest_benchmark.stats import Stats

    stats = Stats()  # type: ignore[no-untyped-call]  # the library has no types
    stats.data = [time_ns / 1e9 for time_ns in row.times_ns]
    figures = stats.as_dict()  # type: ignore[no-untyped-call]
    name = f"{row.scenario.name}-{row.name}"
    return {
        "group": row.scenario.name,
        "name": name,
        "fullname": f"{row.scenario.suite}::{name}",
        "params": {
            "model": row.name,
            "workload": row.scenario.workload,
            "tasks": row.scenario.tasks,
            "concurrency": row.scenario.concurrency,
        },
        "param": name,
        "extra_info": {"waitbench": to_json(row)},
        "options": {"timer": "playback", "warmup": False},
        "stats": {**figures, "iterations": 1, "data": stats.data},
    }
