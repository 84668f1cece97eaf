"""A file here is a format of a gate's outcome: it has `render(outcome)` and its files' `SUFFIX`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file, registry
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.gate.outcome import Outcome

ROOM = "gate/formats"


def check(path: str) -> None:
    """Refuse a file of no known form before anything is raced, and make its folder if need be.

    Raises:
        BenchError: says which forms there are, or that there can be no such folder.
    """
    suffixes = registry.suffixes(ROOM)
    if Path(path).suffix.removeprefix(".") not in suffixes:
        forms = ", ".join(f".{suffix} ({form})" for suffix, form in suffixes.items())
        raise BenchError(f"{path}: its suffix says in which form it is written; there are {forms}")
    try:
        atomic_file.try_place(Path(path))
    except OSError as refused:
        raise BenchError(f"{path} could not be written: {refused}") from None


def render(form: str, outcome: Outcome) -> str:
    """Return an outcome in a format, named like its file here."""
    text: str = registry.load(ROOM, form).render(outcome)
    return text


def write(path: str, outcome: Outcome) -> None:
    """Write an outcome in the format of the file's suffix; an older file stays until it is whole.

    Raises:
        BenchError: the disk refuses it.
    """
    try:
        form = registry.suffixes(ROOM)[Path(path).suffix.removeprefix(".")]
        atomic_file.write(Path(path), render(form, outcome))
    except OSError as refused:
        raise BenchError(f"{path} could not be written: {refused}") from None
