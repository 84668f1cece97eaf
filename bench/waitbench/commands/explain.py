"""`waitbench explain CLAIM`: the evidence under one verdict, the method, and how to repeat it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument("claim", help="its name, as in `claims`")
    parser.add_argument("results", nargs="?", help="file or number in results/ (default: newest)")


def main(arguments: argparse.Namespace) -> int:
    """Show one claim with all that stands under its verdict.

    Raises:
        BenchError: no such claim or results.
    """
    from waitbench.findings import claims
    from waitbench.scenario import BenchError

    claim = arguments.claim
    known = [one.id for one in claims()]
    if claim not in known:
        raise BenchError(f"there is no claim {claim!r}; there are {', '.join(known)}")
    from rich.console import Console

    from waitbench.commands.claims import answered
    from waitbench.report import explained

    summary, said = answered(arguments.results)
    answer = next(one for one in said if one.claim.id == claim)
    explained.show(Console(file=sys.stdout), answer, summary)
    return 0
