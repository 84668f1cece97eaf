"""`waitbench claims`: every claim with its verdict on saved results."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse

    from waitbench.analysis.comparison import Summary
    from waitbench.report.answers import Answer

FORMATS = ("terminal", "markdown")


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("results", nargs="?", help="file or number in results/ (default: newest)")
    parser.add_argument("--format", default="terminal", help="terminal (default) or markdown")


def main(arguments: argparse.Namespace) -> int:
    """Print the table of claims.

    Raises:
        BenchError: no such results or format.
    """
    from waitbench.report import claims_table
    from waitbench.scenario import BenchError

    if arguments.format not in FORMATS:
        raise BenchError(f"there is no format {arguments.format!r}; there are {', '.join(FORMATS)}")
    _, answers = answered(arguments.results)
    if arguments.format == "markdown":
        print("\n\n".join(claims_table.markdown(answers)))
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
