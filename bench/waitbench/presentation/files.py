"""Texts as files of a folder, each of them whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def save(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write texts by their names, each of them whole or not at all.

    Raises:
        BenchError: one cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            atomic_file.write(path, text)
            written.append(path)
    except OSError as refused:
        raise BenchError(f"the report could not be written: {refused}") from None
    return written
