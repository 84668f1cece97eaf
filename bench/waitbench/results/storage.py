"""The order of stored runs: their number, then when they were measured; never a file's date."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NUMBERED = re.compile(r"(\d{4,})_")
WHEN = re.compile(rb'"datetime"\s*:\s*"([0-9T:.+\- ]+)')
TAIL = 65_536
"""The date stands at the end of pytest-benchmark's files, and ours."""


def below(folder: Path) -> list[Path]:
    """List the stored runs below a folder, in no order."""
    return [path for path in folder.rglob("[0-9][0-9][0-9][0-9]*_*.json") if path.is_file()]


def newest(paths: Iterable[Path]) -> Path:
    """Return the last run: of each folder, which counts for itself, that of the highest number.

    Where several folders have one, as storages of several machines do, the last one measured.
    """
    folders: dict[Path, list[Path]] = {}
    for path in paths:
        folders.setdefault(path.parent, []).append(path)
    last = [in_order(of)[-1] for of in folders.values()]
    return max(last, key=lambda path: (when(path), path.name, str(path))) if last[1:] else last[0]


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Sort the runs of a folder by number, and those of the same one by when they were measured."""
    listed = list(paths)
    numbers = Counter(map(number, listed))
    dated = {path: when(path) if numbers[number(path)] > 1 else "" for path in listed}
    return sorted(listed, key=lambda path: (number(path), dated[path], path.name))


def number(path: Path) -> int:
    """Return the number of a stored run; -1 for a file without one."""
    match = NUMBERED.match(path.name)
    return int(match[1]) if match else -1


def when(path: Path) -> str:
    """Return when a run was measured as its file has it; empty where it does not say."""
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - TAIL, 0))
            dates = WHEN.findall(file.read())
    except OSError:
        return ""
    return dates[-1].decode("ascii") if dates else ""
