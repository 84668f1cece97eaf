"""Google Benchmark's JSON: a row for each benchmark, with its time in a unit of its own."""

from __future__ import annotations

from typing import Any

from waitbench.results.foreign import (
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    count,
    entries,
    fault,
    mapping,
    middle,
    sorted_out,
    text,
)

NAME = "Google Benchmark"
UNITS_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def claims(document: Any) -> bool:
    """Check for benchmarks that have a time with its unit."""
    listed = entries(mapping(document).get("benchmarks"))
    return any({"time_unit", "real_time"} <= mapping(each).keys() for each in listed)


def read(document: Any) -> ForeignRun:
    """Read all repetitions of each benchmark; what the tool added up over them is left alone."""
    top = mapping(document)
    context = mapping(top.get("context"))
    repetitions: dict[str, list[dict[str, Any]]] = {}
    for number, entry in enumerate(entries(top.get("benchmarks")), 1):
        of = mapping(entry)
        if of.get("run_type", "iteration") == "iteration":
            name = text(of.get("run_name") or of.get("name")) or f"entry {number}"
            repetitions.setdefault(name, []).append(dict(of))
    benchmarks, skipped = sorted_out(_benchmark(*each) for each in repetitions.items())
    cores = context.get("num_cpus")
    whole = isinstance(cores, int) and not isinstance(cores, bool)
    return ForeignRun(
        tool=NAME,
        version=text(context.get("library_version")),
        benchmarks=benchmarks,
        skipped=skipped,
        environment={"cores": cores} if whole else {},
        when=text(context.get("date")),
    )


def _benchmark(name: str, runs: list[dict[str, Any]]) -> ForeignBenchmark | SkippedBenchmark:
    values = []
    for run in runs:
        per = UNITS_NS.get(text(run.get("time_unit")))
        if per is None or run.get("error_occurred"):
            failed = "it failed" if run.get("error_occurred") else "its unit is not known"
            return SkippedBenchmark(name=name, reason=failed)
        if reason := fault(run.get("real_time"), "its time", per=per):
            return SkippedBenchmark(name=name, reason=reason)
        values.append(run["real_time"] * per)
    centre, spread = middle(values)
    return ForeignBenchmark(
        name=name,
        fullname=name,
        value=centre,
        rounds=len(values),
        calls=count(runs[0].get("iterations"), 0),
        spread=spread,
        values=tuple(values),
    )
