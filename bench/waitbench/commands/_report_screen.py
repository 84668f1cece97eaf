"""A report on a terminal: its tables, and last of all the answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from waitbench.commands._results import sense
from waitbench.parsing.invocation import typed
from waitbench.pytest_plugin.run_options import timed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.last_screen import Line

    Report = tuple[Summary, Sequence[Finding]]


def show_all(reports: Sequence[Report], arguments: argparse.Namespace) -> None:
    """Print one report after the other, and before several a table that compares them."""
    runs = [summary for summary, _ in reports]
    if len(runs) > 1:
        _side_by_side(runs)
    for summary, findings in reports:
        with sense(summary.path):
            show(summary, findings, arguments, arguments.suite)


def show(
    summary: Summary,
    findings: Sequence[Finding],
    arguments: argparse.Namespace,
    suites: Sequence[str] = (),
    more: Sequence[Line] = (),
) -> None:
    """Print the report as wide as the terminal is: tables first, and last of all the answer.

    Args:
        summary: of the run.
        findings: of every claim on it.
        arguments: how much is wanted: `verbose`, `quiet`.
        suites: of these alone the tables are shown.
        more: lines of the answer that only the caller knows: where the results are.
    """
    from rich.console import Console

    from waitbench.report import others, page_of_others

    console = Console(file=sys.stdout)
    if page := page_of_others(summary, suites):
        others.show(page, console)
        return
    from waitbench.presentation import last_screen
    from waitbench.report import closing
    from waitbench.report.formats import terminal

    answer = closing.lines(summary, findings, timed)
    if arguments.quiet:
        print(typed(closing.brief([*answer, *more])))
        return
    brief = not (arguments.verbose or suites)
    terminal.show(summary, findings, console, only=suites, brief=brief)
    if not suites:
        last_screen.show(console, [*answer, *more])


def _side_by_side(runs: Sequence[Summary]) -> None:
    from rich.console import Console

    from waitbench.report import side_by_side

    side_by_side.show(Console(file=sys.stdout), runs)
