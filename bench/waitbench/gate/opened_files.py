"""Which files of a checkout the Python processes of a side read, as they note it themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.gate.benchmark import Side

FOLDER = Path(__file__).with_name("watched")
"""What stands in it is imported by each Python that finds it first on its path."""

MODULES = (".py", ".pyc", ".so")
INSTALLED = ("site-packages", "dist-packages")


def watched(variables: Mapping[str, str], notes: Path) -> dict[str, str]:
    """Return the variables under which a process and its children note what they read."""
    paths = filter(None, (str(FOLDER), variables.get("PYTHONPATH")))
    return {**variables, "PYTHONPATH": os.pathsep.join(paths), "WAITBENCH_OPENED": str(notes)}


def read(notes: Path) -> list[str]:
    """Return what was noted: the number of each process, and the paths of files."""
    try:
        return [os.fsdecode(text) for text in notes.read_bytes().split(b"\0") if text]
    except FileNotFoundError:
        return []


def of_side(side: Side) -> frozenset[str]:
    """Return what a side's processes have read of its checkout, from the project's folder."""
    if side.opened is None or side.top is None:
        return frozenset()
    return of_checkout(read(side.opened), side.top, side.root)


def of_checkout(noted: list[str], top: Path, root: Path) -> frozenset[str]:
    """Return the files of a checkout among those noted, from the project's folder.

    A module that was imported from its compiled form counts as its source.

    Args:
        noted: paths.
        top: folder of the checkout.
        root: the project's folder in it.
    """
    files = set()
    for path in noted:
        if not path.startswith(f"{top}{os.sep}"):
            continue
        file = _source(path)
        if Path(file).is_file():  # else it was looked for in vain, or is a folder
            files.add(os.path.relpath(file, root))
    return frozenset(files)


def stray(noted: list[str], away: Path) -> str | None:
    """Return a module of the owner's own tree among those noted, which is on neither side."""
    return next(
        (
            path
            for path in noted
            if path.startswith(f"{away}{os.sep}")
            and path.endswith(MODULES)
            and not any(f"{os.sep}{folder}{os.sep}" in path for folder in INSTALLED)
        ),
        None,
    )


def _source(path: str) -> str:
    """Return the source of a compiled module, also of one that pytest has rewritten."""
    file = Path(path)
    if file.suffix == ".pyc" and file.parent.name == "__pycache__":
        return str(file.parent.parent / f"{file.name.partition('.')[0]}.py")
    return path
