"""`waitbench explain CLAIM`: the evidence under one verdict, the method, and how to repeat it."""

from __future__ import annotations

import sys

from waitbench.did_you_mean import instead
from waitbench.parsing import RUN, ending

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench explain cpu-no-gain",
        "waitbench explain cpu-no-gain 0003",
        "waitbench explain gather-overlaps run.json",
    )
    parser.add_argument("claim", help="its name, as in `claims`")
    parser.add_argument("results", nargs="?", metavar="RUN", help=RUN)


def main(arguments: argparse.Namespace) -> int:
    """Print one claim with all that stands under its verdict.

    Raises:
        BenchError: no such claim or results.
    """
    from waitbench.findings import claims
    from waitbench.scenario import BenchError

    wanted = arguments.claim
    by_name = {claim.id: claim for claim in claims()}
    if wanted not in by_name:
        raise BenchError(f"there is no claim {wanted!r}; {instead(wanted, by_name)}")
    from rich.console import Console

    from waitbench.commands.claims import answered
    from waitbench.report import explained
    from waitbench.report.answers import answers

    summary, asked = answered(arguments.results)
    unasked = answers([by_name[wanted]], [], summary.methods.launches)
    answer = next(answer for answer in [*asked, *unasked] if answer.claim.id == wanted)
    explained.show(Console(file=sys.stdout), answer, summary)
    return 0
