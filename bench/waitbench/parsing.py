"""The parser of every command line of ours: its help is narrow, its complaints are one line."""

from __future__ import annotations

import argparse
import os
import sys

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite

USAGE = 2
"""Exit status of a user's mistake."""
WIDEST = 100
"""Columns of help; longer lines are hard to read."""
REQUIRED = "the following arguments are required"
"""What argparse says where an option that it does not know took the place of something."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Asks the terminal for its width itself: argparse would import half of `shutil` for it."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=min(width, WIDEST) - 2)


class Parser(argparse.ArgumentParser):
    """Complains in one line, and names the command that helps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Help, **options})
        self._typed: Sequence[str] = ()

    def parse_typed(self, words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
        """Parse words and options in any order; also returns what is neither."""
        self._typed = words
        last = (argparse.REMAINDER, argparse.PARSER)
        if "--" in words or any(action.nargs in last for action in self._actions):
            return self.parse_known_args(words)
        return self.parse_known_intermixed_args(words)

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        from waitbench.results.foreign_text import plain

        if message.startswith(REQUIRED):
            unknown = [word for word in self._typed if self._unknown(word)]
            message = f"unrecognized arguments: {' '.join(unknown)}" if unknown else message
        self.exit(USAGE, f"{self.prog}: {plain(message)}; see {self.prog} --help\n")

    def _unknown(self, word: str) -> bool:
        name = word.partition("=")[0]
        return name.startswith("--") and not any(
            option.startswith(name) for option in self._option_string_actions
        )

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print all that can be typed, or raise the OSError that argparse would swallow."""
        print(self.format_help(), end="", file=file)
        sys.stdout.flush()
