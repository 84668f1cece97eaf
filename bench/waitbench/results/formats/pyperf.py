"""pyperf's JSON, of its first version to 1.0: several processes, each with a few values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.results.foreign import (
    SECOND_NS,
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    count,
    entries,
    fault,
    figures,
    mapping,
    middle,
    sorted_out,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "pyperf"
UNITS = {"second": ("ns", SECOND_NS), "byte": ("bytes", 1.0), "integer": ("", 1.0)}
METADATA = ("metadata", "common_metadata")


def claims(document: Any) -> bool:
    """Check for benchmarks that are made of runs: a list of them, or one at the top (version 1)."""
    top = mapping(document)
    if "runs" in top and "version" in top:
        return True
    listed = entries(top.get("benchmarks"))
    return any("runs" in mapping(each) and "stats" not in mapping(each) for each in listed)


def read(document: Any) -> ForeignRun:
    """Read all benchmarks of the file; runs that only calibrated have no values."""
    top = mapping(document)
    common = _metadata(top)
    listed = [top] if "runs" in top else entries(top.get("benchmarks"))
    benchmarks, skipped = sorted_out(
        _benchmark(each, common, number) for number, each in enumerate(listed, 1)
    )
    first = common | (_all_metadata(mapping(listed[0])) if listed else {})
    return ForeignRun(
        tool=NAME,
        version=text(first.get("perf_version")),
        benchmarks=benchmarks,
        skipped=skipped,
        environment=_environment(first),
        commit=text(first.get("commit_id")),
        branch=text(first.get("commit_branch")),
        when=text(first.get("date")),
    )


def _benchmark(
    entry: object, common: Mapping[str, Any], number: int
) -> ForeignBenchmark | SkippedBenchmark:
    of = mapping(entry)
    facts = {**common, **_all_metadata(of)}
    name = text(facts.get("name") or of.get("name")) or f"entry {number}"
    word = text(facts.get("unit")) or "second"
    if word not in UNITS:
        return SkippedBenchmark(name=name, reason=f"its unit {word!r} is not known")
    unit, per = UNITS[word]
    processes = [values for run in entries(of.get("runs")) if (values := _values(run))]
    if not processes:
        return SkippedBenchmark(name=name, reason="it has no values")
    every = [value for values in processes for value in values]
    reasons = (fault(value, "a value of it", per=per) for value in every)
    if reason := next(filter(None, reasons), None):
        return SkippedBenchmark(name=name, reason=reason)
    centre, spread = middle([value * per for value in every])
    scaled = tuple(tuple(value * per for value in values) for values in processes)
    return ForeignBenchmark(
        name=name,
        fullname=name,
        value=centre,
        unit=unit,
        rounds=len(every),
        calls=count(facts.get("loops")) * count(facts.get("inner_loops")),
        spread=spread,
        processes=scaled if len(scaled) > 1 else (),
        values=tuple(value for values in scaled for value in values),
    )


def _values(run: object) -> tuple[float, ...]:
    """Return the values of a process, as each version names them; a bare list in the first."""
    if isinstance(run, list):
        return figures(run)
    of = mapping(run)
    return figures(of.get("values", of.get("samples")))


def _metadata(of: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for key in METADATA for name, value in mapping(of.get(key)).items()}


def _all_metadata(of: Mapping[str, Any]) -> dict[str, Any]:
    """Return what holds for a benchmark, and of its runs what the last of them says."""
    runs = [_metadata(mapping(run)) for run in entries(of.get("runs"))]
    last = runs[-1] if runs else {}
    return {**last, **_metadata(of)}


def _environment(facts: Mapping[str, Any]) -> dict[str, Any]:
    cores = facts.get("cpu_count")
    details = {
        "cpu": text(facts.get("cpu_model_name")),
        "cores": cores if isinstance(cores, int) and not isinstance(cores, bool) else None,
        "python": text(facts.get("python_version")),
        "implementation": text(facts.get("python_implementation")),
        "platform": text(facts.get("platform")),
    }
    return {name: value for name, value in details.items() if value}
