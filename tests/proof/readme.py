"""Writes the page of a proof beside what it was made from, as the README.md of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str) -> str:
    """Write a page as its folder's README.md and return it; the folder is made if need be.

    Raises:
        BenchError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic_file.write(folder / "README.md", text)
    except OSError as refused:
        raise BenchError(f"the proof could not be written: {refused}") from None
    return text
