"""Reports for trackers: a series of runs, and what such a format has no place for."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from waitbench.analysis.comparison import Summary

SERIES = "otava"
"""The format in which several runs are one series."""
NAMED = 3
"""So many of what is left out are named; the rest is counted."""


def series(runs: Sequence[Summary], place: str | None, suites: Sequence[str], *, into: bool) -> int:
    """Show the runs of one machine as a series, or write it with the settings that read it.

    Raises:
        BenchError: a run does not say when it was, or no figure is in all of them.
    """
    from waitbench.presentation.files import save
    from waitbench.report.formats import otava

    runs = _of_one_machine(runs)
    for summary in runs:
        tell_left_out(otava, summary, suites)
    if place is None:
        print(otava.series(runs, suites), end="")
        return 0
    path = Path(place)
    if into:
        written = save(path, otava.series_files(runs, suites))
    else:
        written = save(path.parent, {path.name: otava.series(runs, suites)})
    print(f"written: {', '.join(map(str, written))}")
    return 0


def tell_left_out(form: ModuleType, summary: Summary, suites: Sequence[str]) -> None:
    """Print which rows a format has no place for, where it cannot say so itself."""
    rows = form.left_out(summary, suites) if hasattr(form, "left_out") else []
    if rows:
        many = f"{formatting.count(len(rows), 'row')} of {summary.path.name}"
        _say(f"{many} left out, without a time of their own", rows)


def _of_one_machine(runs: Sequence[Summary]) -> list[Summary]:
    """Leave out runs of other machines than most are of: a tracker would take that for a change."""
    machines = [_machine(summary) for summary in runs]
    common = Counter(map(repr, machines)).most_common(1)[0][0]
    kept = [run for run, machine in zip(runs, machines, strict=True) if repr(machine) == common]
    apart = [run.path.name for run in runs if run not in kept]
    if apart:
        _say(f"{formatting.count(len(apart), 'run')} left out, of another machine", apart)
    return kept


def _machine(summary: Summary) -> Any:
    from waitbench.analysis import series_of_runs
    from waitbench.tracking import machine_identity

    if summary.run is not None and summary.run.plain and summary.run.others is not None:
        return series_of_runs.machine(summary.run.others)
    return machine_identity.described(summary.environment)


def _say(what: str, names: Sequence[str]) -> None:
    listed = ", ".join(formatting.shortlist(names, NAMED))
    print(f"waitbench: {what}: {listed}", file=sys.stderr)
