"""hyperfine's JSON: `times` of commands in seconds (1.x), or metrics with their units (2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.results.foreign import (
    SECOND_NS,
    ForeignBenchmark,
    ForeignRun,
    SkippedBenchmark,
    between,
    count,
    entries,
    fault,
    figure,
    figures,
    mapping,
    middle,
    rounds_of,
    sorted_out,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "hyperfine"
WALL = "time_wall_clock"
UNITS = {"second": ("ns", SECOND_NS), "byte": ("bytes", 1.0), "": ("", 1.0)}


def claims(document: Any) -> bool:
    """Check for results that are commands, each with a mean or a summary."""
    listed = entries(mapping(document).get("results"))
    return any(
        "command" in mapping(each) and ({"mean", "summary", "times"} & mapping(each).keys())
        for each in listed
    )


def read(document: Any) -> ForeignRun:
    """Read all commands; of several metrics that which hyperfine calls the primary one."""
    top = mapping(document)
    facts, listed = mapping(top.get("metadata")), entries(top.get("results"))
    platform = mapping(facts.get("platform"))
    primary = text(top.get("primary_metric")) or WALL
    benchmarks, skipped = sorted_out(
        _command(mapping(each), primary, number) for number, each in enumerate(listed, 1)
    )
    details = {"cpu": text(platform.get("architecture")), "platform": text(platform.get("os"))}
    return ForeignRun(
        tool=NAME,
        version=text(facts.get("hyperfine_version")),
        benchmarks=benchmarks,
        skipped=skipped,
        environment={name: value for name, value in details.items() if value},
        when=text(facts.get("start_time")),
    )


def _command(
    of: Mapping[str, Any], primary: str, number: int
) -> ForeignBenchmark | SkippedBenchmark:
    command = text(of.get("command")) or f"entry {number}"
    name = text(of.get("name")) or command
    second = "summary" in of
    summary = mapping(mapping(of.get("summary")).get(primary)) if second else of
    word = text(summary.get("unit")) if second else "second"
    if word not in UNITS:
        return SkippedBenchmark(name=name, reason=f"its unit {word!r} is not known")
    unit, per = UNITS[word]
    values = _values(of, primary) if second else figures(of.get("times"))
    middle_value = middle(values)[0] if values else summary.get("median", summary.get("mean"))
    reason = fault(middle_value, per=per)
    central = figure(middle_value)
    if reason or central is None:
        return SkippedBenchmark(name=name, reason=reason or "it has no median")
    low, high = (middle(values)[1] if values else None) or (None, None)
    return ForeignBenchmark(
        name=name,
        fullname=command if name == command else f"{name}: {command}",
        value=central * per,
        unit=unit,
        rounds=len(values) or count(summary.get("count"), 0),
        spread=between(low, high, per=per),
        values=rounds_of(list(values), per=per),
        remarks=_failures(of),
    )


def _values(of: Mapping[str, Any], primary: str) -> tuple[float, ...]:
    return figures(
        [
            mapping(mapping(each).get(primary)).get("value")
            for each in entries(of.get("measurements"))
        ]
    )


def _failures(of: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a remark on a command that failed: how long that took is no time of its work."""
    codes = entries(of.get("exit_codes")) or [
        mapping(each).get("exit_code") for each in entries(of.get("measurements"))
    ]
    failed = sum(code not in {0, None} for code in codes if not isinstance(code, list | dict))
    return (f"it failed in {failed} of {len(codes)} rounds",) if failed else ()
