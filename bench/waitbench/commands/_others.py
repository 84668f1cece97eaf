"""Several files of other tools as one page: two are compared, more are a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.report.others.page import Page
    from waitbench.results.foreign import ForeignRun
    from waitbench.results.load import Run

TWO = 2
ASV = frozenset({"machine.json", "benchmarks.json"})
"""What asv keeps beside the results of its commits."""


def compared(runs: Sequence[Run], order: str = "given") -> Page | None:
    """Return the page that compares runs in this order; None where any is a run of ours."""
    read = [(run.others, run.path) for run in runs if run.others is not None and run.plain]
    if len(read) < max(len(runs), TWO):
        return None
    return _two(*read) if len(read) == TWO else _series(read, order)


def of_folder(folder: Path) -> Page:
    """Return the series of the stored runs of a folder, in the order of their numbers and dates.

    Raises:
        BenchError: there are fewer than two, or one of them is a run of ours or no results file.
    """
    from waitbench.results import load, storage

    stored = storage.in_order(storage.below(folder))
    paths = stored or sorted(path for path in folder.glob("*.json") if path.name not in ASV)
    if len(paths) < TWO:
        raise BenchError(
            f"{folder} holds {formatting.count(len(paths), 'results file')}; a series takes two"
        )
    runs = [load.load(path, foreign=True) for path in paths]
    if not stored:
        runs.sort(key=lambda run: run.others.when if run.others else "")
    page = compared(runs, "of their numbers and dates")
    if page is None:
        ours = next(run.path for run in runs if not run.plain)
        raise BenchError(
            f"{ours} is a run of waitbench: `waitbench history add` keeps those, and "
            "`waitbench history show` says where they changed"
        )
    return page


def _two(before: tuple[ForeignRun, Path], after: tuple[ForeignRun, Path]) -> Page:
    from waitbench.analysis import two_runs
    from waitbench.report.others import two_runs as report

    return report.page(before, after, two_runs.compare(before[0], after[0]))


def _series(runs: Sequence[tuple[ForeignRun, Path]], order: str) -> Page:
    from waitbench.analysis import series_of_runs
    from waitbench.report.others import series as report
    from waitbench.tracking import change_points

    def cuts(figures: Sequence[float]) -> list[int]:
        return [point.index for point in change_points.course(figures).points]

    return report.page(runs, series_of_runs.series([run for run, _ in runs], cuts), order)
