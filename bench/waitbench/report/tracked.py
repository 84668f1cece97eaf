"""A run in, single figures out, as trackers keep them: one name, one measure, one unit for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench.analysis.foreign_rows import over_processes
from waitbench.report import records, suites

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.results.foreign import ForeignRun

Measure = Literal["wall", "CPU", "memory", "count"]
COUNT = "count"
MEASURES: dict[str, Measure] = {"ns": "wall", "bytes": "memory", "": "count"}
"""What another tool measured, by the unit of its figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of one row; less is better.

    Attributes:
        name: `suite/scenario/model`, or the full name of another tool's benchmark.
        measure: `wall` of a round, `CPU` of a task, peak `memory`, or a `count`.
        unit: `ns`, `bytes` or `count`: never another one, so that a later run can be compared.
        value: the figure.
        interval: its ends, where an interval is known.
    """

    name: str
    measure: Measure
    unit: str
    value: float
    interval: tuple[float, float] | None = None


def figures(summary: Summary, only: Sequence[str] = ()) -> list[Figure]:
    """Return the figures of every row whose time is its own.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    run = summary.run
    if run is not None and run.plain and run.others is not None:
        suites.arranged(summary, only)
        return list(_of_others(run.others))
    return [
        figure
        for scenario in _scenarios(summary, only)
        for row in scenario.rows
        if row.sound
        for figure in _of_row(f"{scenario.suite}/{scenario.name}/{row.model}", row)
    ]


def left_out(summary: Summary, only: Sequence[str] = ()) -> list[str]:
    """Return the names of rows without a time, or with one that is a bound."""
    run = summary.run
    if run is not None and run.plain and run.others is not None:
        return [benchmark.name for benchmark in run.others.skipped]
    return [
        f"{scenario.suite}/{scenario.name}/{row.model}"
        for scenario in _scenarios(summary, only)
        for row in scenario.rows
        if not row.sound
    ]


def _scenarios(summary: Summary, only: Sequence[str]) -> Sequence[Comparison]:
    shown = suites.arranged(summary, only)
    return shown.front.scenarios if only else (*summary.scenarios, *summary.controls)


def _of_row(name: str, row: Row) -> Iterator[Figure]:
    assert row.wall is not None, "a sound row has a time"
    yield _figure(name, "wall", row.wall.value, row.wall.interval)
    if row.cpu is not None:
        yield _figure(name, "CPU", row.cpu.value, row.cpu.interval)
    if row.measured.memory_bytes:
        yield _figure(name, "memory", row.measured.memory_bytes, unit="bytes")


def _of_others(run: ForeignRun) -> Iterator[Figure]:
    for name, benchmark in zip(run.fullnames, run.benchmarks, strict=True):
        yield _figure(
            name,
            MEASURES[benchmark.unit],
            benchmark.value,
            over_processes(benchmark),
            unit=benchmark.unit or COUNT,
        )


def _figure(
    name: str,
    measure: Measure,
    value: float,
    interval: tuple[float, float] | None = None,
    *,
    unit: str = "ns",
) -> Figure:
    ends = [records.figure(end) for end in interval or ()]
    low, high = ends or (None, None)
    return Figure(
        name=name,
        measure=measure,
        unit=unit,
        value=records.figure(value) or 0.0,
        interval=None if low is None or high is None else (low, high),
    )
