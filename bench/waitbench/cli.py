"""The command line: parse, call, print. Nothing that costs is imported before it is needed."""

from __future__ import annotations

import argparse
import os
import sys

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any, NoReturn

USAGE = 2
"""Exit status of a user's mistake."""

WIDEST = 100
"""Columns of help; longer lines are hard to read."""

EPILOG = """\
first time here:  waitbench run --quick
all the same by pytest:  pytest --benchmark-only [--quick] [-k asyncio] [--benchmark-json=FILE]
"""

COMMANDS = {
    "run": "race the suites, then show tables and findings",
    "report": "show the tables and findings of saved results",
    "compare": "hold results files of any tool against each other: what became slower",
    "writeup": "write a folder for an article: draft, figures, data, checksums",
    "gate": "decide whether a change made things slower: base against head",
    "baseline": "keep what a run found, to hold later runs against it",
    "doctor": "examine an asyncio program of yours: who holds its loop, what it loses",
    "profile": "show where each model's time goes: waiting, blocked, in the library",
    "history": "keep each run in a line; show where figures changed, and by which commits",
    "claims": "show every claim with its verdict and effect",
    "explain": "show what one verdict rests on",
    "list": "name the suites, models, workloads and claims",
    "environment": "describe this machine, and what makes it a poor place to measure",
    "serve": "run the target alone, for your own experiments",
    "advise": "say which model your own function needs, and race it",
    "calibrate": "measure the instruments themselves",
}
"""What can be typed, in the order that help shows; each is a file in `bench/waitbench/commands`.

The file has `describe(parser)`, which adds its options, and `main(arguments)`, which carries it out
and gives the exit status. With `PASSES_ON = True` the options that it does not know, `--help` among
them, are not refused, but given to it as `arguments.options`."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Asks the terminal for its width itself: argparse would import half of `shutil` for it."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=min(width, WIDEST) - 2)
        # argparse forgets that names of commands are indented, and would break the longest's line.
        self._action_max_length = 2 + max(map(len, COMMANDS)) + 2


class Parser(argparse.ArgumentParser):
    """Complains in one line, and names the command that helps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, **options)

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    typed = sys.argv[1:] if argv is None else list(argv)
    if typed[:1] == ["--version"]:
        print(_version())
        return 0
    if typed[:1] == ["help"]:
        typed = [*typed[1:2], "--help"]
    # The first word that is no option is the command: only its file is imported.
    name = next((word for word in typed if not word.startswith("-")), None)
    if name is None:
        if set(typed) - {"-h", "--help"}:
            parser().error(f"unrecognized arguments: {' '.join(typed)}")
        parser().print_help()
        return 0
    if name not in COMMANDS:
        parser().error(_unknown(name))
    command = _load(name)
    described = parser(name, command)
    arguments, others = described.parse_known_args(typed)
    if getattr(command, "PASSES_ON", False):
        arguments.options = others
    elif others:
        described.prog += f" {name}"
        described.error(f"unrecognized arguments: {' '.join(others)}")
    from waitbench.commands import INTERRUPTED, carried_out

    status = carried_out(command, arguments)
    if argv is None and status == INTERRUPTED:
        from waitbench.system.interrupt import turn_deaf

        turn_deaf()  # nothing is left to do but to end with that status
    return status


def parser(name: str | None = None, command: ModuleType | None = None) -> Parser:
    """Describe every command in a line, and one of them, if it is named, in full."""
    top = Parser(
        prog="waitbench",
        description="Measures which concurrency model Python work needs: sync, threads,\n"
        "processes or asyncio, and what each really costs.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command_name, text in COMMANDS.items():
        typed = command if command_name == name else None
        passes_on = getattr(typed, "PASSES_ON", False)
        description = f"{text[0].upper()}{text[1:]}."
        described = commands.add_parser(
            command_name, help=text, description=description, add_help=not passes_on
        )
        if typed is not None:
            typed.describe(described)
    return top


def _version() -> str:
    """Return this waitbench's version, and the interpreter's."""
    from platform import python_implementation, python_version

    from waitbench import __version__

    return f"waitbench {__version__} ({python_implementation()} {python_version()})"


def _unknown(name: str) -> str:
    """Return what is wrong with a command that there is not, and which was meant."""
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS, n=1)
    meant = f"did you mean {close[0]!r}" if close else f"there are {', '.join(COMMANDS)}"
    return f"there is no command {name!r}; {meant}"


def _load(name: str) -> ModuleType:
    from importlib import import_module

    return import_module(f"waitbench.commands.{name.replace('-', '_')}")


if __name__ == "__main__":
    raise SystemExit(main())
