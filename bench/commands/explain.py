"""`waitbench explain CLAIM`: the evidence under one verdict, the method, and how to repeat it."""

from __future__ import annotations

import sys

from bench.scenario import BenchError


def explain(claim: str, results: str | None) -> int:
    """Show one claim with all that stands under its verdict.

    Args:
        claim: its id: `cpu-no-gain`.
        results: a file or the number of a stored one; None for the newest.

    Raises:
        BenchError: no such claim or results.
    """
    from bench.findings import claims

    known = [one.id for one in claims()]
    if claim not in known:
        raise BenchError(f"there is no claim {claim!r}; there are {', '.join(known)}")
    from rich.console import Console

    from bench.commands.claims import answered
    from bench.report import _explained

    summary, said = answered(results)
    answer = next(one for one in said if one.claim.id == claim)
    _explained.show(Console(file=sys.stdout), answer, summary)
    return 0
