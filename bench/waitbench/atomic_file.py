"""Writes a file whole or not at all: who had an older one keeps it when the disk is full."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def try_place(path: Path) -> None:
    """Make the folder of a file that is going to be written, and see that it takes files.

    Raises:
        OSError: it does not.
    """
    whole = path.resolve()
    whole.parent.mkdir(parents=True, exist_ok=True)
    if not whole.exists() or whole.is_file():
        part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
        try:
            part.touch()
        finally:  # a stop on request, too, leaves nothing
            part.unlink(missing_ok=True)


def write(path: Path, content: str | bytes) -> None:
    """Put a content into a file; a text as UTF-8, with one kind of line end on every system.

    Raises:
        OSError: the disk refuses it; an older file of that name is still there.
    """
    whole, written = path.resolve(), content.encode() if isinstance(content, str) else content
    if whole.exists() and not whole.is_file():  # a device or a pipe is written as it is
        whole.write_bytes(written)
        return
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        part.write_bytes(written)
        part.replace(whole)
    except BaseException:  # a stop on request, too, leaves no half of it
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
