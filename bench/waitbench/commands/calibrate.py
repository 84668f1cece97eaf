"""`waitbench calibrate`: the instruments measured themselves, each with options of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import registry

if TYPE_CHECKING:
    import argparse

PASSES_ON = True


def describe(parser: argparse.ArgumentParser) -> None:
    """Leave all options to the instrument."""
    parser.add_argument("instrument", nargs="?", help="which one (default: name them)")


def main(arguments: argparse.Namespace) -> int:
    """Measure with one instrument, or print the names of all.

    Raises:
        BenchError: there is no such instrument.
    """
    if arguments.instrument is None:
        print("usage: waitbench calibrate INSTRUMENT [options]; each has its own: --help\n")
        for name in registry.names("calibration"):
            print(f"{name:12} {registry.summary('calibration', name)}")
        return 0
    return int(registry.load("calibration", arguments.instrument).main(arguments.options))
