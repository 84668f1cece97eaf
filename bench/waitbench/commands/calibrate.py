"""`waitbench calibrate`: the instruments measured themselves, each with options of its own."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.parsing.invocation import typed
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse

PASSES_ON = True
HELP = frozenset({"-h", "--help"})


def describe(parser: argparse.ArgumentParser) -> None:
    """Leave all options to the instrument."""
    parser.add_argument("instrument", nargs="?", help="which one (default: name them)")


def main(arguments: argparse.Namespace) -> int:
    """Measure with one instrument, or print the names of all.

    Raises:
        BenchError: there is no such instrument.
    """
    if arguments.instrument is None:
        names = registry.names("calibration")
        if set(arguments.options) - HELP:
            raise BenchError(
                f"options come after the name of an instrument; there are {', '.join(names)}"
            )
        print(typed("usage: waitbench calibrate INSTRUMENT [options]; each has its own: --help\n"))
        for name in names:
            text = f"{name:12} {registry.summary('calibration', name)}"
            print("\n".join(wrap(text, 80, subsequent_indent=" " * 13)))
        return 0
    return int(registry.load("calibration", arguments.instrument).main(arguments.options))
