"""`waitbench report`: the tables and findings of saved results, again, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import _report_files as files
from waitbench.commands import _report_formats as formats
from waitbench.commands import _report_screen as screen
from waitbench.commands import _trackers
from waitbench.commands._loudness import loudness
from waitbench.commands._others import compared
from waitbench.commands._results import read, resolved
from waitbench.parsing import RUNS, ending
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

COMPARED = ("terminal", "markdown")
"""Formats in which several runs stand on one page."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench report",
        "waitbench report latest -o report.html",
        "waitbench report 0003 0004 --format md,csv --figures svg -o folder",
    )
    parser.add_argument("results", nargs="*", metavar="RUN", help=RUNS)
    parser.add_argument(
        "--format",
        metavar="A,B",
        help="terminal (default), html, markdown (or md), csv, json, latex; for trackers bencher, "
        "otava, github-action-benchmark; several with -o DIR",
    )
    parser.add_argument("--figures", metavar="A,B", help="pictures too: svg, png, pdf; with -o DIR")
    parser.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="just its tables; repeatable"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PLACE",
        help="a file, whose suffix chooses the format, or a folder: report.html, report.md …",
    )
    loudness(parser)


def main(arguments: argparse.Namespace) -> int:
    """Show saved results, or write them to a file or into a folder.

    Raises:
        BenchError: no such results, format or suite, or a file cannot be written.
    """
    figures = formats.figures(arguments.figures)
    asked, place = formats.listed(arguments.format), arguments.output
    # Pictures beside one file, as -o page.html --figures svg: they go into its folder.
    beside = bool(place and figures and len(asked) < 2 and formats.is_file(place))  # noqa: PLR2004
    into = bool(place) and formats.is_folder(
        place, many=len(asked) > 1 or (bool(figures) and not beside)
    )
    forms = formats.possible(
        formats.chosen(asked, place, into=into, figures=bool(figures) and not beside)
    )
    if place is None and (len(forms) > 1 or figures):
        raise BenchError("several formats, and figures, go into a folder: add -o DIR")
    reports = [read(path) for path in _inputs(arguments.results or [None], place)]
    if forms == [_trackers.SERIES] and len(reports) > 1:
        return _trackers.series([each for each, _ in reports], place, arguments.suite, into=into)
    if comparison := compared([summary.run for summary, _ in reports if summary.run]):
        return files.one_page(comparison, arguments)
    if into:
        return files.write_folder(Path(place), reports, forms, figures, arguments.suite)
    if len(reports) > 1 and forms[0] not in COMPARED:
        raise BenchError(f"several runs as {forms[0]} go into a folder: add -o DIR")
    if place is None and forms == ["terminal"]:
        screen.show_all(reports, arguments)
        return 0
    text = files.text(reports, forms[0], arguments.suite)
    if place is None:
        print(text, end="")
    else:
        files.write_one(Path(place), text, reports, figures if beside else [])
    return 0


def _inputs(names: Sequence[str | None], place: str | None) -> list[Path]:
    """Return the files that are read.

    Raises:
        BenchError: the report would take the place of one of them, or there is no such file.
    """
    paths = [resolved(name) for name in names]
    for path in paths:
        if place and Path(place).is_file() and path.is_file() and path.samefile(place):
            raise BenchError(f"{place} is what is read; give -o another name")
    return paths
