"""What a session reads: files of its own checkout, and modules that come from elsewhere."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

INSTALLED = ("site-packages", "dist-packages")
CHILDREN = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec")
"""Events after which others may have read what was not noted here."""
PASSING = (f"{os.sep}__pycache__{os.sep}", f"{os.sep}.pytest_cache{os.sep}")
"""What lies in these folders is made of something else."""


class Loaded:
    """Notes every file below a folder that this process opens or imports from now on.

    Args:
        root: the project's folder in the side's checkout, from which files are named.
        top: that whole checkout.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    def __init__(self, root: str, top: str, away: str) -> None:
        self._root = root
        self._top, self._away = (f"{Path(folder).resolve()}{os.sep}" for folder in (top, away))
        self._opened: set[str] = set()
        self._whole = True
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            reads = not (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            if reads and isinstance(path, str):
                path = os.path.abspath(path)  # noqa: PTH100 - a hook of every open must be quick
                if path.startswith(self._top):
                    self._opened.add(path)
        elif event in CHILDREN:
            self._whole = False

    def answer(self) -> dict[str, Any]:
        """Return `loaded`, `outside` and `strays`: the last come from the owner's own tree.

        Nothing is `loaded` where a child may have read more.
        """
        files = {
            name: os.path.realpath(file)
            for name, module in list(sys.modules.items())
            if isinstance(file := getattr(module, "__file__", None), str)
        }
        inside = {file for file in files.values() if file.startswith(self._top)}
        whole = self._whole and not resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return {
            "loaded": sorted(
                os.path.relpath(path, self._root)
                for path in self._opened | inside
                if whole and not any(folder in path for folder in PASSING)
            ),
            "outside": {
                name: file
                for name, file in files.items()
                if _at_top(name, files)
                and not file.startswith(self._top)
                and name.partition(".")[0] not in getattr(sys, "stdlib_module_names", ())
            },
            "strays": {
                name: file
                for name, file in files.items()
                if file.startswith(self._away)
                and not file.startswith(self._top)
                and not any(f"{os.sep}{folder}{os.sep}" in file for folder in INSTALLED)
            },
        }


def _at_top(name: str, files: dict[str, str]) -> bool:
    """Whether a module is in no package, or in namespace packages alone, which have no file."""
    words = name.split(".")
    return not any(".".join(words[:depth]) in files for depth in range(1, len(words)))
