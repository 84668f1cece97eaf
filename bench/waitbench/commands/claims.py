"""`waitbench claims`: every claim with its verdict on saved results."""

from __future__ import annotations

import sys

from waitbench.commands import _output
from waitbench.parsing import RUN, ending

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse

    from waitbench.analysis.comparison import Summary
    from waitbench.report.answers import Answer

FORMATS = ("markdown",)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench claims",
        "waitbench claims 0003",
        "waitbench claims latest --format md",
    )
    parser.add_argument("results", nargs="?", metavar="RUN", help=RUN)
    _output.describe(parser, FORMATS)


def main(arguments: argparse.Namespace) -> int:
    """Print the table of claims.

    Raises:
        BenchError: no such results or format.
    """
    from waitbench.report import claims_table

    form = _output.form(arguments, FORMATS)
    _output.form_of_file(arguments, FORMATS)
    _, answers = answered(arguments.results)
    markdown = "\n\n".join(claims_table.markdown(answers))
    if arguments.output:
        _output.write(arguments, markdown)
    if form == "markdown":
        print(markdown)
        return 0
    from rich.console import Console

    claims_table.show(Console(file=sys.stdout), answers)
    return 0


def answered(results: str | None) -> tuple[Summary, list[Answer]]:
    """Return the summary of saved results, and the answer to each claim.

    Raises:
        BenchError: no such results.
    """
    from waitbench.commands._results import read, resolved
    from waitbench.report.answers import of_run

    summary, findings = read(resolved(results))
    return summary, of_run(summary, findings)
