"""A race in, the results file that it would be out: pytest-benchmark's JSON with our record."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench.results.benchmark_row import benchmark
from waitbench.results.record_json import to_json
from waitbench.scenario import SCHEMA
from waitbench.system import environment
from waitbench.system.overhead import per_task_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.race.plan import Settings
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord
    from waitbench.scenario import Contestant

PLACES = ("given", "answers", "paths", "function")
"""Parameters that are paths of this machine, or of folders that are gone after the race."""


def document(record: RaceRecord, settings: Settings, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file, in which nothing names a host or a place on it.

    Args:
        record: what was measured.
        settings: how.
        before: the environment as it was before the first round.
    """
    machine = {**before, **environment.afterwards()}
    rows = list(record.rows.values())
    for row in rows:
        row.contestant = _without_places(row)
    return {
        "machine_info": {
            "python_version": machine["python"],
            "python_implementation": machine["implementation"],
            "cpu": {"brand_raw": machine["cpu"], "count": machine["cores"]},
        },
        "commit_info": {},
        "benchmarks": [benchmark(row) for row in rows if row.times_ns],
        "datetime": datetime.now(UTC).isoformat(),
        "version": version("pytest-benchmark"),
        "waitbench": {
            "schema": SCHEMA,
            "version": machine["packages"].get("waitbench", "unknown"),
            "seed": settings.seed,
            "options": {**asdict(settings), "rounds_s": {}, "suites": sorted(_suites(record))},
            "environment": machine,
            "left_out": [],
            "interrupted": record.interrupted,
            "warnings": [asdict(warning) for warning in environment.warnings(machine)]
            + [{"code": "incident", "text": text, "advice": ""} for text in record.incidents],
            "target": record.target,
            "overhead": {
                "per_task_ns": per_task_ns(),
                "per_round_ns": median(record.round_cost_ns) if record.round_cost_ns else None,
            },
            "failed": [to_json(row) for row in rows if not row.times_ns],
        },
    }


def _suites(record: RaceRecord) -> set[str]:
    return {row.scenario.suite for row in record.rows.values()}


def _without_places(row: ContestantRecord) -> Contestant:
    params = {name: text for name, text in row.contestant.params.items() if name not in PLACES}
    return replace(row.contestant, params=params)
