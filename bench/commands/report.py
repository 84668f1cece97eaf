"""`waitbench report`: the tables and findings of saved results, again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands._results import read, resolved
from bench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bench.comparison import Summary
    from bench.findings import Finding


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument(
        "results", nargs="*", help="files, or their numbers in results/ (default: the newest)"
    )
    parser.add_argument("--format", default="terminal", help="terminal (default) or markdown")
    parser.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="just its tables; repeatable"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it here, not to the screen")


def main(arguments: argparse.Namespace) -> int:
    """Show saved results, or write them in a format to a file.

    Raises:
        BenchError: no such results, format or suite, or the file cannot be written.
    """
    from bench.report import formats, render

    form, output, suites = arguments.format, arguments.output, arguments.suite
    if form not in formats():
        raise BenchError(f"there is no format {form!r}; there are {', '.join(formats())}")
    reports = [read(resolved(name)) for name in arguments.results or [None]]
    if form == "terminal" and output is None:
        for summary, findings in reports:
            show(summary, findings, suites)
        return 0
    text = "\n".join(render(form, summary, findings, only=suites) for summary, findings in reports)
    if output is None:
        print(text, end="")
        return 0
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as refused:
        raise BenchError(f"the report could not be written: {refused}") from None
    return 0


def show(summary: Summary, findings: Sequence[Finding], suites: Sequence[str] = ()) -> None:
    """Print the report as wide as the terminal is, or of some suites just the tables."""
    from rich.console import Console

    from bench.report import terminal

    terminal.show(summary, findings, Console(file=sys.stdout), only=suites)
