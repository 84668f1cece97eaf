"""How much a command tells on a terminal: `-v` all of it, `-q` the answer in a line."""

from __future__ import annotations

TYPE_CHECKING = False  # what `typing` costs would be seen in --help
if TYPE_CHECKING:
    import argparse


def loudness(parser: argparse.ArgumentParser) -> None:
    """Add `-v` and `-q`, of which one may be given."""
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument(
        "-v", "--verbose", action="store_true", help="methods and how to read it, too"
    )
    how_much.add_argument("-q", "--quiet", action="store_true", help="the answer alone, in a line")
