"""A gate's outcome as pytest-benchmark's JSON: rows of both sides, and the verdicts beside them."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from waitbench.gate import anonymised
from waitbench.gate.worktrees import SIDES
from waitbench.results.record_json import to_json
from waitbench.scenario import SCHEMA

if TYPE_CHECKING:
    from waitbench.gate.figures import Figure
    from waitbench.gate.outcome import Outcome, Result
    from waitbench.results.record import ContestantRecord

SUFFIX = "json"
OPTIONS = {
    "disable_gc": False,
    "timer": "perf_counter",
    "min_rounds": 1,
    "max_time": 0.0,
    "min_time": 0.0,
    "warmup": True,
}
"""What pytest-benchmark writes beside every row, and other tools insist on."""


def render(outcome: Outcome) -> str:
    """Return the JSON text; head's rows are named like their benchmarks, base's end in `[base]`."""
    return json.dumps(document(outcome), indent=1, ensure_ascii=False) + "\n"


def document(outcome: Outcome) -> dict[str, Any]:
    """Return the document: what stock tools read, and under `waitbench` the gate's results."""
    import pytest_benchmark

    rows = [
        _row(result, side, row)
        for result in outcome.results
        for side in reversed(SIDES)
        if (row := outcome.rows.get((result.name, side))) is not None and row.times_ns
    ]
    failed = [to_json(row) for row in outcome.rows.values() if not row.times_ns]
    whole = {
        "machine_info": _machine(outcome),
        "commit_info": {
            "id": outcome.commits[1],
            "time": None,
            "author_time": None,
            "dirty": False,
            "project": "",
            "branch": "",
        },
        "benchmarks": rows,
        "datetime": datetime.now(UTC).isoformat(),
        "version": pytest_benchmark.__version__,
        "waitbench": {
            "schema": SCHEMA,
            "seed": outcome.seed,
            "environment": dict(outcome.environment),
            "interrupted": outcome.interrupted,
            "warnings": [],
            "failed": failed,
            **_shared(outcome),
            "gate": {
                "base": outcome.base,
                "head": outcome.head,
                "commits": list(outcome.commits),
                "seconds": round(outcome.seconds, 2),
                "notes": list(outcome.notes),
                "results": [_result(result) for result in outcome.results],
            },
        },
    }
    return dict(anonymised.anonymised(whole, anonymised.replacements(outcome.rows.values())))


def _shared(outcome: Outcome) -> dict[str, Any]:
    """Return what only the parts of a gate have, and gates that several machines raced."""
    part = (
        {
            "machine": outcome.machine,
            "options": {**outcome.options, "part": list(outcome.part)},
        }
        if outcome.part
        else {}
    )
    return {**part, **({"machines": list(outcome.machines)} if outcome.machines else {})}


def _result(result: Result) -> dict[str, Any]:
    change = result.change
    return {
        "name": result.name,
        "verdict": result.verdict,
        "margin": result.margin,
        "change": change[0] if change else None,
        "change_low": change[1] if change else None,
        "change_high": change[2] if change else None,
        "pairs": result.pairs,
        "more_pairs": result.more,
        "base_ns": result.base_ns,
        "head_ns": result.head_ns,
        "notes": list(result.notes),
        "grown": list(result.functions),
        "file": result.file,
        "line": result.line,
        "costs": {side: asdict(costs) for side, costs in result.costs.items()},
        "by": result.by,
        "figures": {name: _figure(figure) for name, figure in result.figures.items()},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    change, low, high = figure.change
    return {
        "verdict": figure.verdict,
        "margin": figure.margin,
        "change": change,
        "change_low": low,
        "change_high": high,
        "base": figure.base,
        "head": figure.head,
        "pairs": figure.pairs,
    }


def _row(result: Result, side: str, row: ContestantRecord) -> dict[str, Any]:
    from pytest_benchmark.stats import Stats

    statistics: Any = Stats()  # type: ignore[no-untyped-call]  # the library has no types
    calls = int(row.scenario.params.get("calls", 1))
    for wall_ns in row.times_ns:
        statistics.update(wall_ns / 1e9 / calls)
    name = result.name if side == SIDES[1] else f"{result.name}[{side}]"
    return {
        "group": result.name,
        "name": name,
        "fullname": f"gate::{name}",
        "params": None,
        "param": None,
        "extra_info": {"waitbench": to_json(row)},
        "options": OPTIONS,
        "stats": {**statistics.as_dict(), "data": statistics.data, "iterations": calls},
    }


def _machine(outcome: Outcome) -> dict[str, Any]:
    """Describe the machine in pytest-benchmark's words, without the name of the host."""
    return {
        "processor": platform.processor(),
        "machine": platform.machine(),
        "python_compiler": platform.python_compiler(),
        "python_implementation": platform.python_implementation(),
        "python_implementation_version": platform.python_version(),
        "python_version": platform.python_version(),
        "python_build": list(platform.python_build()),
        "release": platform.release(),
        "system": platform.system(),
        "cpu": {"brand_raw": outcome.environment.get("cpu") or ""},
    }
