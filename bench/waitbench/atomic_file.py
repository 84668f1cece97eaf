"""Writes a file whole or not at all: who had an older one keeps it when the disk is full."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put a text into a file as UTF-8, with one kind of line end on every system.

    Raises:
        OSError: the disk refuses it; an older file of that name is still there.
    """
    whole = path.resolve()
    if whole.exists() and not whole.is_file():  # a device or a pipe is written as it is
        whole.write_text(text, encoding="utf-8", newline="\n")
        return
    part = whole.with_name(f".{whole.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(whole)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
