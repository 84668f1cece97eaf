"""Our own files on a sampled stack: known by the folder of the package, and named from there.

A user's folder may be called as one of ours is: what counts is where the package really lies.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = "<waitbench>/"
"""Stands in sampled frames for the folder of the package."""
FOLDER = str(Path(__file__).parents[1]) + "/"
AWAITED = ("timed_async",)
TASK = ("timed", *AWAITED)
"""The functions of our stopwatch that every task runs in; those of tasks of a loop."""
STOPWATCH = "stopwatch.py"


def named(identifier: str, folder: str = FOLDER) -> str:
    """Return pyinstrument's name of a frame, with a file of ours named from our folder."""
    function, separator, rest = identifier.partition("\x00")
    if not rest.startswith(folder):
        return identifier
    return f"{function}{separator}{OURS}{rest.removeprefix(folder)}"


def named_before(identifiers: Sequence[str]) -> list[str]:
    """Return frames' names as `named` would, of a file or a worker that wrote whole paths.

    Their package was `bench`; its folder is known by the stopwatch that every task runs in.
    """
    frames = (identifier.partition("\x00") for identifier in identifiers)
    files = [rest.partition("\x00")[0] for function, _, rest in frames if function in TASK]
    folder = next((file for file in files if file.endswith(f"/bench/{STOPWATCH}")), "")
    if not folder:
        return list(identifiers)
    return [named(identifier, folder.removesuffix(STOPWATCH)) for identifier in identifiers]
