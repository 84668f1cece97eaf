"""The order of stored runs: their number, then when they were measured; never a file's date."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.results.document import STDIN
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERED = re.compile(r"(\d{4,})_")
WHEN = re.compile(rb'"datetime"\s*:\s*"([0-9T:.+\- ]+)')
LATEST = "latest"
"""What the newest run is called."""
NAMED = 60
"""So many signs of a name stand in a complaint."""
TAIL = 65_536
"""The date stands at the end of pytest-benchmark's files, and ours."""


def latest(results: Path) -> Path:
    """Return the newest results file below `results`, as pytest-benchmark stores them.

    Raises:
        BenchError: there is none.
    """
    stored = below(results)
    if not stored:
        raise BenchError(f"there are no results in {results} yet; `waitbench run` makes the first")
    return newest(stored)


def resolve(text: str, results: Path) -> Path:
    """Return the file that `text` means: a path, a stored run's number (`0003`), or `latest`.

    Raises:
        BenchError: neither a file nor a stored run.
    """
    if not text:
        raise BenchError("an empty name is no results file; is a variable unset?")
    if text == "-":
        return STDIN
    if text == LATEST:
        return latest(results)
    path = Path(text)
    try:
        if path.is_file() or (path.exists() and not path.is_dir()):
            return path
        folder = path.is_dir()
    except OSError as refused:
        raise BenchError(
            f"{formatting.shortened(text, NAMED)} is no results file: {refused.strerror}"
        ) from None
    stored = below(results)
    hits = [run for run in stored if run.name.startswith(text)] if text.strip("./") else []
    if not hits and text.isascii() and text.isdigit():
        hits = [run for run in stored if run.name.startswith(f"{int(text[:NAMED]):04d}_")]
    if hits:
        return newest(hits)
    if folder:
        return latest(path)
    numbers = ", ".join(sorted({run.name.partition("_")[0] for run in stored})[-5:])
    choice = f"stored runs: {numbers}" if numbers else "no runs are stored yet"
    raise BenchError(
        f"there is no results file {formatting.shortened(text, NAMED)!r}: give a path or a stored "
        f"run's number ({choice}); `waitbench run` makes a new one"
    )


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
