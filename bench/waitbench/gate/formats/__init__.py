"""A file = a form in which a gate's outcome is written; each has `render(outcome) -> str`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.gate.outcome import Outcome

SUFFIXES = {".md": "markdown", ".json": "json", ".xml": "junit", ".txt": "terminal"}
"""What the end of a file's name asks for."""


def check(path: str) -> None:
    """Refuse a file of no known form, or in a folder that is not there, before anything is raced.

    Raises:
        BenchError: says which forms there are.
    """
    if Path(path).suffix not in SUFFIXES:
        forms = ", ".join(f"{suffix} ({form})" for suffix, form in SUFFIXES.items())
        raise BenchError(f"{path}: its suffix says in which form it is written; there are {forms}")
    if not Path(path).absolute().parent.is_dir():
        raise BenchError(f"there is no folder {Path(path).parent} to write {path} into")


def render(form: str, outcome: Outcome) -> str:
    """Return an outcome in a format, named like its file here."""
    text: str = import_module(f"waitbench.gate.formats.{form}").render(outcome)
    return text


def write(path: str, outcome: Outcome) -> None:
    """Write an outcome in the format of the file's suffix; an older file stays until it is whole.

    Raises:
        BenchError: the disk refuses it.
    """
    try:
        atomic_file.write(Path(path), render(SUFFIXES[Path(path).suffix], outcome))
    except OSError as refused:
        raise BenchError(f"{path} could not be written: {refused}") from None
