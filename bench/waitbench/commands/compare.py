"""`waitbench compare`: two results files, or a folder of them, in one table of changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import _report_files, report
from waitbench.commands._others import of_folder
from waitbench.parsing import ending
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command: those of a report."""
    report.describe(parser)
    parser.epilog = ending(
        "waitbench compare before.json after.json",
        "waitbench compare 0003 latest -o changes.md",
        "waitbench compare .benchmarks/Linux-CPython-3.13-64bit",
    )


def main(arguments: argparse.Namespace) -> int:
    """Compare two runs or more, or the runs of a folder as a series.

    Raises:
        BenchError: fewer than two runs, no such results or format, or a file cannot be written.
    """
    places = arguments.results
    if len(places) == 1 and places[0] and Path(places[0]).is_dir():
        return _report_files.one_page(of_folder(Path(places[0])), arguments)
    if len(places) < 2:  # noqa: PLR2004  it takes two to compare
        raise BenchError("compare takes two results files or more, or a folder of stored runs")
    return report.main(arguments)
