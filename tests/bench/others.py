"""Results files of other tools, made up for tests: small, and each figure chosen by hand."""

import json
from pathlib import Path
from typing import Any


def benchmark(name: str, median_s: float | None = 0.01, **more: Any) -> dict[str, Any]:
    """Return one benchmark of pytest-benchmark; its quartiles lie one per cent off the median."""
    stats = {"median": median_s, "rounds": 50, "iterations": 1}
    if median_s:
        stats |= {
            "min": median_s * 0.98,
            "q1": median_s * 0.99,
            "q3": median_s * 1.01,
            "max": median_s * 1.05,
            "mean": median_s * 1.001,
        }
    stats |= more.pop("stats", {})
    return {
        "group": None,
        "name": name,
        "fullname": f"tests/test_shop.py::{name}",
        "params": None,
        "extra_info": {},
        "options": {"min_rounds": 5},
        "stats": stats,
        **more,
    }


def plain(*benchmarks: object, **more: Any) -> dict[str, Any]:
    """Return a file of pytest-benchmark."""
    return {
        "machine_info": {
            "node": "secret-host",
            "machine": "x86_64",
            "python_implementation": "CPython",
            "python_version": "3.12.4",
            "system": "Linux",
            "release": "6.1.0",
            "cpu": {"count": 4, "brand_raw": "Example CPU 1000"},
        },
        "commit_info": {"id": "1111111" * 5 + "11111", "dirty": False, "branch": "main"},
        "benchmarks": list(benchmarks),
        "datetime": "2026-03-01T12:00:00.000000+00:00",
        "version": "5.2.3",
        **more,
    }


def machine(**facts: Any) -> dict[str, Any]:
    """Return what pytest-benchmark records of a machine, with other facts."""
    usual: dict[str, Any] = plain()["machine_info"]
    return usual | facts


def write(path: Path, document: object) -> Path:
    """Write a file as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
