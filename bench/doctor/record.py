"""An examination as JSON: times in milliseconds, places as file, line and function."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.doctor.advice import advice, headline

if TYPE_CHECKING:
    from bench.doctor.facts import Examination, Finding

SCHEMA = 1
"""Raised when the shape changes."""


def record(seen: Examination) -> dict[str, Any]:
    """Give what `json.dumps` writes."""
    lag = seen.lag
    return {
        "schema": SCHEMA,
        "healthy": seen.healthy,
        "threshold_ms": seen.threshold_ns / 1e6,
        "loop": seen.loop,
        "ran_ms": seen.ran_ns / 1e6,
        "steps": seen.steps,
        "held_ms": seen.held_ns / 1e6,
        "held_share": seen.held_share,
        "lag": lag
        and {
            "p50_ms": lag.p50_ns / 1e6,
            "p99_ms": lag.p99_ns / 1e6,
            "max_ms": lag.max_ns / 1e6,
            "probes": lag.probes,
        },
        "findings": [_finding(one) for one in seen.findings],
        "notes": [_finding(one) for one in seen.notes],
    }


def _finding(one: Finding) -> dict[str, Any]:
    facts = asdict(one)
    for name in ("first", "total", "longest"):
        facts[f"{name}_ms"] = facts.pop(f"{name}_ns") / 1e6
    del facts["note"]
    return {**facts, "says": headline(one), "advice": advice(one)}
