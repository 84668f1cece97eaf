"""The parser of every command line of ours: its help is narrow, its complaints are one line."""

from __future__ import annotations

import argparse
import os
import sys

from waitbench.parsing.invocation import typed

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite

USAGE = 2
"""Exit status of a user's mistake."""
WIDEST = 100
"""Columns of help; longer lines are hard to read."""
UNKNOWN = "unrecognized arguments: "
REQUIRED = "the following arguments are required"
"""What argparse says of an option that it does not know, and where that took something's place."""


RUN = "a saved run: its file, its number in results/, or latest (the default)"
RUNS = "saved runs: their files, their numbers in results/, or latest (the default)"
"""What is said of a saved run wherever one is given."""
MATCHING = "only what matches by name, as in pytest: 'http and not 50ms'"
BUDGET = "time for all of it: 90s, 3m (default: {})"
PYTHON = "interpreter with the packages of what is measured; it needs no waitbench"
"""What `-k`, `--budget` and `--python` are, wherever they can be typed."""
MISTAKE, STOPPED = "a mistake in what was typed", "it was stopped"
"""What status 2 and 130 mean wherever they are told."""


def ending(*examples: str, **statuses: str) -> str:
    """Return what stands below a command's options: lines to type, and what it ends with.

    Args:
        examples: as they are typed.
        statuses: by exit status, `_1` for 1; 2 is a mistake everywhere.
    """
    meanings = {"_0": "all went well", **statuses, "_2": statuses.get("_2", MISTAKE)}
    ends = [f"  {name[1:]:4} {text}" for name, text in sorted(meanings.items(), key=_status)]
    lines = ["examples:", *(f"  {example}" for example in examples), "", "exit status:", *ends]
    return "\n".join(lines)


def _status(meaning: tuple[str, str]) -> int:
    return int(meaning[0][1:])


class Help(argparse.RawDescriptionHelpFormatter):
    """Asks the terminal for its width itself: argparse would import half of `shutil` for it."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=min(width, WIDEST) - 2)

    def _format_usage(self, usage: str | None, *rest: Any) -> str:
        return super()._format_usage(typed(usage) if usage else None, *rest)

    def _format_text(self, text: str) -> str:
        return super()._format_text(typed(text))

    def _get_help_string(self, action: argparse.Action) -> str:
        return typed(action.help or "")


class Parser(argparse.ArgumentParser):
    """Complains in one line, and names the command that helps."""

    def __init__(self, **options: Any) -> None:
        if options.get("prog"):
            options["prog"] = typed(options["prog"])
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
            message = f"{UNKNOWN}{' '.join(unknown)}" if unknown else message
        if message.startswith(UNKNOWN):
            message += self._meant(message.removeprefix(UNKNOWN).split())
        joint = "" if message.endswith("?") else ";"
        self.exit(USAGE, f"{self.prog}: {plain(typed(message))}{joint} see {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Complain about a word that is none of an action's choices."""
        if action.choices is not None and value not in action.choices:
            from waitbench.did_you_mean import instead

            sentence = f"there is no {value!r}; {instead(str(value), map(str, action.choices))}"
            raise argparse.ArgumentError(action, sentence)

    def _meant(self, words: Sequence[str]) -> str:
        """Return which options mistyped ones were most likely meant to be."""
        from waitbench.did_you_mean import nearest

        shown = [action for action in self._actions if action.help != argparse.SUPPRESS]
        # Without their dashes, in which all of them are alike.
        names = [name[2:] for action in shown for name in action.option_strings if name[:2] == "--"]
        mistyped = [word.partition("=")[0].lstrip("-") for word in words if word[0] == "-"]
        meant = dict.fromkeys(filter(None, (nearest(name, names) for name in mistyped)))
        return f"; did you mean {', '.join(f'--{name}' for name in meant)}?" if meant else ""

    def _unknown(self, word: str) -> bool:
        name = word.partition("=")[0]
        return name.startswith("--") and not any(
            option.startswith(name) for option in self._option_string_actions
        )

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print all that can be typed, or raise the OSError that argparse would swallow."""
        print(self.format_help(), end="", file=file)
        sys.stdout.flush()
