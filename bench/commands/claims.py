"""`waitbench claims`: every claim with its verdict on saved results."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench.commands.report import read, resolved
from bench.scenario import BenchError

if TYPE_CHECKING:
    from bench.comparison import Summary
    from bench.findings._answers import Answer

FORMATS = ("terminal", "markdown")


def claims(results: str | None, form: str) -> int:
    """Show the table of claims.

    Args:
        results: a file or the number of a stored one; None for the newest.
        form: `terminal` or `markdown`.

    Raises:
        BenchError: no such results or format.
    """
    from bench.report import _claims

    if form not in FORMATS:
        raise BenchError(f"there is no format {form!r}; there are {', '.join(FORMATS)}")
    _, said = answered(results)
    if form == "markdown":
        print("\n\n".join(_claims.markdown(said)))
        return 0
    from rich.console import Console

    _claims.show(Console(file=sys.stdout), said)
    return 0


def answered(results: str | None) -> tuple[Summary, list[Answer]]:
    """Read results and put every claim to them.

    Raises:
        BenchError: no such results.
    """
    from bench.findings import claims as every
    from bench.findings._answers import answers

    summary, findings = read(resolved(results))
    return summary, answers(every(), findings, summary.methods.launches)
