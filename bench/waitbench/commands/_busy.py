"""A machine that is too busy to decide anything: said before a run, and asked where one can."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.system import busy_machine

if TYPE_CHECKING:
    import argparse

FORCE = "measure all the same where a machine is too busy to tell, without a question"


def force(parser: argparse.ArgumentParser) -> None:
    """Add `--force`."""
    parser.add_argument("--force", action="store_true", help=FORCE)


def can_ask() -> bool:
    """Check whether somebody sits there who can answer."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def ask_where_busy(arguments: argparse.Namespace) -> bool:
    """Print what keeps the machine busy, if anything does, and ask whether to go on.

    With `--force`, and where nobody can answer, nothing is asked.

    Returns:
        Whether somebody answered that it is to go on.

    Raises:
        BenchError: the answer was no.
    """
    busy = None if arguments.force or not can_ask() else busy_machine.look()
    if busy is None:
        return False
    print(f"waitbench: {busy.sentence}; measure all the same? [y/N] ", end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise BenchError("nothing was measured; --force does not ask")
    return True


def tell_where_busy(arguments: argparse.Namespace) -> None:
    """Print what keeps the machine busy, where nobody can be asked, as in a script."""
    busy = None if arguments.force or can_ask() else busy_machine.look()
    if busy:
        print(f"waitbench: {busy.sentence}", file=sys.stderr, flush=True)
