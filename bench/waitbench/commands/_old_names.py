"""Options of before: they work for a release more, are in no help, and say what they are now."""

from __future__ import annotations

import argparse
import sys

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    from typing import Any


def add(parser: argparse.ArgumentParser, *names: str, **options: Any) -> None:
    """Add an option that no help shows."""
    parser.add_argument(*names, help=argparse.SUPPRESS, **options)


def tell(before: str, now: str) -> None:
    """Print what an option is called now."""
    print(f"waitbench: {before} is {now} now", file=sys.stderr)
