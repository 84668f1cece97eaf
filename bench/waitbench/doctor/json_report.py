"""An examination as JSON: times in milliseconds, places as file, line and function."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from waitbench.doctor.advice import advice, headline

if TYPE_CHECKING:
    from waitbench.doctor.findings import Examination, Finding

SCHEMA = 1
"""Raised when the shape changes."""


def json_form(examination: Examination) -> dict[str, object]:
    """Return an examination as `json.dumps` writes it."""
    lag = examination.lag
    return {
        "schema": SCHEMA,
        "healthy": examination.healthy,
        "threshold_ms": examination.threshold_ns / 1e6,
        "loop": examination.loop,
        "python": examination.python,
        "ran_ms": examination.ran_ns / 1e6,
        "steps": examination.steps,
        "held_ms": examination.held_ns / 1e6,
        "held_share": examination.held_share,
        "lag": lag
        and {
            "p50_ms": lag.p50_ns / 1e6,
            "p99_ms": lag.p99_ns / 1e6,
            "max_ms": lag.max_ns / 1e6,
            "probes": lag.probes,
        },
        "findings": [_finding(finding) for finding in examination.findings],
        "unwatched": list(examination.unwatched),
        "notes": [_finding(finding) for finding in examination.notes],
    }


def _finding(finding: Finding) -> dict[str, object]:
    facts = asdict(finding)
    for name in ("first", "total", "longest"):
        facts[f"{name}_ms"] = facts.pop(f"{name}_ns") / 1e6
    del facts["note"]
    return {**facts, "says": headline(finding), "advice": advice(finding)}
