"""pytest-codspeed's results file of the walltime instrument: figures in nanoseconds for a call."""

from __future__ import annotations

from typing import Any

from waitbench.results.foreign import (
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    between,
    count,
    entries,
    fault,
    mapping,
    sorted_out,
    text,
)

NAME = "pytest-codspeed"


def claims(document: Any) -> bool:
    """Check for the creator that the file names, or figures that only it has."""
    top = mapping(document)
    if mapping(top.get("creator")).get("name") == NAME:
        return True
    listed = entries(top.get("benchmarks"))
    return any("iter_per_round" in mapping(mapping(each).get("stats")) for each in listed)


def read(document: Any) -> ForeignRun:
    """Read the file, whose figures are those of a call; never what the tool printed."""
    top = mapping(document)
    benchmarks, skipped = sorted_out(
        _benchmark(each, number) for number, each in enumerate(entries(top.get("benchmarks")), 1)
    )
    python = mapping(mapping(mapping(top.get("python")).get("sysconfig")))
    version = text(python.get("py_version"))
    return ForeignRun(
        tool=NAME,
        version=text(mapping(top.get("creator")).get("version")),
        benchmarks=benchmarks,
        skipped=skipped,
        environment={"python": version} if version else {},
    )


def _benchmark(entry: object, number: int) -> ForeignBenchmark | SkippedBenchmark:
    of = mapping(entry)
    stats = mapping(of.get("stats"))
    name = text(of.get("name")) or f"entry {number}"
    reason = fault(stats.get("median_ns"), per=1.0)
    if reason:
        return SkippedBenchmark(name=name, reason=reason)
    rounds = count(stats.get("rounds"), 0)
    return ForeignBenchmark(
        name=name,
        fullname=text(of.get("uri")) or name,
        value=float(stats["median_ns"]),
        rounds=rounds,
        calls=count(stats.get("iter_per_round"), 0),
        spread=between(stats.get("q1_ns"), stats.get("q3_ns"), per=1.0) if rounds > 1 else None,
    )
