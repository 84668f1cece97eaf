"""How long a command may take: `--budget 3m`, and `--minutes 3` as it was before."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def asked_budget(arguments: argparse.Namespace) -> str | None:
    """Return the time that was asked for as it is typed, `3m`; None where none was.

    Args:
        arguments: with `budget` and `minutes`; who still uses that is told the new word.
    """
    if arguments.minutes is None:
        return None if arguments.budget is None else str(arguments.budget)
    budget = f"{arguments.minutes:g}m"
    print(f"waitbench: --minutes is --budget {budget} now", file=sys.stderr)
    arguments.budget, arguments.minutes = budget, None
    return budget
