"""Benchmarks of a pytest-benchmark file that waitbench did not write, and what they lack."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SUITE = "pytest-benchmark"
"""What such rows count as: a suite that no claim leans on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBenchmark:
    """One benchmark as pytest-benchmark summed it up.

    Attributes:
        name: of the test.
        group: that it was put into; empty for none.
        median_ns: of its rounds, in nanoseconds.
        rounds: how many there were.
    """

    name: str
    group: str
    median_ns: float
    rounds: int


def read(benchmark: object) -> ForeignBenchmark | None:
    """Read one benchmark of the file's list; None where it has no time."""
    of: Mapping[str, Any] = benchmark if isinstance(benchmark, dict) else {}
    stats = of.get("stats")
    median = stats.get("median") if isinstance(stats, dict) else None
    if not isinstance(median, int | float) or not isfinite(median) or median <= 0:
        return None
    rounds = stats.get("rounds") if isinstance(stats, dict) else None
    return ForeignBenchmark(
        name=str(of.get("name") or "unnamed"),
        group=str(of.get("group") or ""),
        median_ns=median * 1e9,
        rounds=rounds if isinstance(rounds, int) and rounds > 0 else 1,
    )


def warning(many: int) -> dict[str, str]:
    """Return a warning on what such rows lack."""
    return {
        "code": "foreign",
        "text": f"{many:,} benchmark{' was' if many == 1 else 's were'} timed by pytest-benchmark "
        "alone: without blocks and fresh processes there are no ratios, intervals or verdicts",
        "advice": "`waitbench run` measures with them, `waitbench gate` benchmarks of your own",
    }


def environment(machine: object) -> dict[str, Any]:
    """Return what pytest-benchmark recorded of the machine, without its name."""
    recorded: Mapping[str, Any] = machine if isinstance(machine, dict) else {}
    cpu = recorded.get("cpu")
    facts: Mapping[str, Any] = cpu if isinstance(cpu, dict) else {}
    cores = facts.get("count")
    details = {
        "cpu": facts.get("brand_raw"),
        "cores": cores if isinstance(cores, int) else None,
        "python": recorded.get("python_version"),
        "implementation": recorded.get("python_implementation"),
        "platform": " ".join(
            str(recorded[name]) for name in ("system", "release") if recorded.get(name)
        ),
    }
    return {name: value for name, value in details.items() if value}
