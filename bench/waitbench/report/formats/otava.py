"""A series for Apache Otava: a CSV with a line for each run, and the settings that read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from waitbench.report import tracked
from waitbench.report.formats import csv
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture

SUFFIX = "otava.csv"
TABLE, SETTINGS = "report.otava.csv", "otava.yaml"
TEST = "waitbench"
left_out = tracked.left_out
HEAD = """\
# otava analyze waitbench --config-file otava.yaml
# Before the sub-command, 0.8 does not look at that option.
"""


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the table of one run: a head and a line.

    Raises:
        BenchError: the run holds no suite of a name in `only`, or does not say when it was.
    """
    del findings
    return series([summary], only)


def files(
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    shown: Sequence[Picture] = (),
) -> Mapping[str, str]:
    """Write the table and the settings."""
    del findings, shown
    return series_files([summary], only)


def series_files(summaries: Sequence[Summary], only: Sequence[str] = ()) -> Mapping[str, str]:
    """Write the table of several runs, and the settings."""
    columns = _columns(summaries, only)[0]
    metrics = "".join(
        f"      {json.dumps(csv.cell(name), ensure_ascii=False)}:\n        direction: -1\n"
        for name in columns
    )
    attributes = json.dumps(list(_attributes(summaries[0])))
    settings = (
        f"{HEAD}tests:\n  {TEST}:\n    type: csv\n    file: {TABLE}\n    time_column: time\n"
        f"    attributes: {attributes}\n    metrics:\n{metrics}"
    )
    return {TABLE: series(summaries, only), SETTINGS: settings}


def series(summaries: Sequence[Summary], only: Sequence[str] = ()) -> str:
    """Write the table of several runs in the order of their time, of the figures that all have.

    Raises:
        BenchError: one does not say when it was, or they have no figure in common.
    """
    names, figures = _columns(summaries, only)
    rows = [
        {**_attributes(summary), **{name: values[name] for name in names}}
        for summary, values in zip(summaries, figures, strict=True)
    ]
    return csv.table(sorted(rows, key=lambda row: str(row["time"])))


def _attributes(summary: Summary) -> dict[str, str]:
    """Return the time of a run, which Otava orders it by, and its commit."""
    when = summary.run.when if summary.run else ""
    if not when:
        raise BenchError(f"{summary.path} does not say when it was measured, which Otava needs")
    others = summary.run.others if summary.run and summary.run.plain else None
    commit = others.commit if others else str(summary.environment.get("commit") or "")
    return {"time": when, "commit": commit}


def _columns(
    summaries: Sequence[Summary], only: Sequence[str]
) -> tuple[list[str], list[dict[str, float]]]:
    """Return the columns that every run has a figure for, and the figures of each run."""
    figures = [
        {
            f"{figure.name} {figure.measure} {figure.unit}": figure.value
            for figure in tracked.figures(summary, only)
        }
        for summary in summaries
    ]
    shared = [name for name in figures[0] if all(name in values for values in figures)]
    if not shared:
        raise BenchError("these runs have no figure in common; give runs of one suite")
    return shared, figures
