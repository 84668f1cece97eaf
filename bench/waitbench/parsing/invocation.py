"""How a command of ours is typed where the user is: what is printed can be pasted."""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "waitbench"
SAID = "WAITBENCH_TYPED_AS"
"""Variable in which a script says how it is typed, as ./scripts/waitbench does."""
COMMANDS = (
    "advise|baseline|calibrate|claims|compare|completion|doctor|environment|explain|gate|help|"
    "history|list|merge|profile|report|run|serve|writeup"
)
STARTED = sys.argv[0] if sys.argv else ""
"""Kept as it was at first: the doctor gives the program that it examines arguments of its own."""
WRITTEN = rf"(?<![\w./-])(?<!-m ){NAME}(?= (?:{COMMANDS}|--help|--version)\b)"
"""The program's name in front of a command, and with no path in front of it."""


def program() -> str:
    """Return what is typed for `waitbench` here: its name, its path, or `python -m waitbench`."""
    if given := os.environ.get(SAID):
        return given
    folders = os.environ.get("PATH", "").split(os.pathsep)
    folder, name = os.path.split(STARTED)
    if name == NAME and os.path.isfile(STARTED):  # noqa: PTH113  a folder is `python folder`
        return NAME if folder in folders else _short(STARTED)
    folder, python = os.path.split(sys.executable)
    if folder in folders:
        beside = os.access(os.path.join(folder, NAME), os.X_OK)  # noqa: PTH118
        return NAME if beside else f"{python} -m {NAME}"
    return f"{_short(sys.executable)} -m {NAME}"


def python() -> str:
    """Return what is typed for the interpreter that runs this."""
    folder, name = os.path.split(sys.executable)
    on_path = folder in os.environ.get("PATH", "").split(os.pathsep)
    return name if on_path else _short(sys.executable)


def typed(text: str) -> str:
    """Return a text with the commands in it as they can be typed here."""
    if NAME not in text or (name := program()) == NAME:
        return text
    return re.sub(WRITTEN, lambda _: name, text)


def places(text: str) -> Sequence[tuple[int, int]]:
    """Return where in a text the program's name stands for a command, the first place first."""
    if NAME not in text or program() == NAME:
        return []
    return [match.span() for match in re.finditer(WRITTEN, text)]


def _short(path: str) -> str:
    """Return a path from the current folder on, where it lies below that."""
    try:
        here = os.getcwd()  # noqa: PTH109
    except OSError:  # the folder is gone
        return path
    short = path.removeprefix(f"{here}{os.sep}")
    return short if os.sep in short else f".{os.sep}{short}"
