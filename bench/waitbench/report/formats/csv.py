"""Tidy CSV for a spreadsheet or a data frame: a row per contestant, and a row per round."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from waitbench.report import records as _records
from waitbench.report import suites
from waitbench.results.foreign_text import plain
from waitbench.results.frames import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture

SUFFIX = "csv"
SUMMARY, MEASUREMENTS = "summary.csv", "measurements.csv"
FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20|")
"""What a spreadsheet takes for the beginning of a formula, or of a command."""
PACKED = frozenset({"spans", "steps"})
"""Columns that hold several figures in one: they are in the results file, and in no tidy table."""


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write a row per contestant: its figures and their intervals, units in the head.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    del findings  # they are sentences, and stand in the other formats
    shown = suites.arranged(summary, only)
    scenarios = shown.front.scenarios if only else (*summary.scenarios, *summary.controls)
    others = _records.of_others(summary)
    rows = [
        {**_records.scenario(scenario), **_records.row(row), **others.get(row.model, {})}
        for scenario in scenarios
        for row in scenario.rows
    ]
    return table([*rows, *([] if only else _beside(summary))])


def _beside(summary: Summary) -> list[dict[str, Any]]:
    """Return a row for each benchmark of another tool in a file of ours."""
    others = summary.run.others if summary.run and not summary.run.plain else None
    if others is None:
        return []
    return [
        {
            "suite": others.tool,
            "model": label,
            "rounds": benchmark.rounds,
            **_records.benchmark_of_others(others, benchmark),
        }
        for label, benchmark in zip(others.labels, others.benchmarks, strict=True)
    ]


def files(
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    shown: Sequence[Picture] = (),
) -> Mapping[str, str]:
    """Write both tables, `summary.csv` and `measurements.csv`; of another tool's file the first.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    del shown
    tables = {SUMMARY: render(summary, findings, only=only)}
    if summary.run is None or not summary.run.plain:  # rounds of other tools have no record
        tables[MEASUREMENTS] = measurements(summary, only=only)
    return tables


def measurements(summary: Summary, *, only: Sequence[str] = ()) -> str:
    """Write a row per round, in the order of the file, those that are no times marked as such."""
    if summary.run is None:
        return ""
    rounds = [each for each in flat(summary.run.contestants) if not only or each["suite"] in only]
    names = dict.fromkeys(
        name
        for each in rounds
        for name, value in each.items()
        if value is not None and name not in PACKED
    )
    return table({name: each.get(name) for name in names} for each in rounds)


def cell(value: object) -> str:
    """Write one cell: nothing for what is not known; text as one line that no sheet computes."""
    if value is None or value != value:  # noqa: PLR0124  only NaN differs from itself
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        figure = _records.figure(value)
        return "" if figure is None else repr(figure)
    text = plain(str(value))
    return f"'{text}" if text.lstrip()[:1] in FORMULA else text


def table(records: Iterable[Mapping[str, Any]]) -> str:
    """Write records as a table with all their heads, in the order in which they come."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rows = list(records)
    heads = dict.fromkeys(name for row in rows for name in row)
    if rows:
        writer.writerow(map(cell, heads))
    for row in rows:
        writer.writerow(cell(row.get(name)) for name in heads)
    return text.getvalue()
