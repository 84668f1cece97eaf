"""What a session reads: files of its own checkout, and modules that come from elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

INSTALLED = ("site-packages", "dist-packages")


class Loaded:
    """Notes every file below a folder that this process opens or imports from now on.

    Args:
        root: of the side's checkout.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    def __init__(self, root: str, away: str) -> None:
        self._root, self._away = f"{Path(root).resolve()}{os.sep}", away.rstrip(os.sep) + os.sep
        self._opened: set[str] = set()
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str):
            path = os.path.abspath(arguments[0])  # noqa: PTH100 - a hook of every open must be quick
            if path.startswith(self._root):
                self._opened.add(path)

    def answer(self) -> dict[str, Any]:
        """Return `loaded`, `outside` and `strays`: the last come from the owner's own tree."""
        files = {
            name: os.path.realpath(file)
            for name, module in list(sys.modules.items())
            if isinstance(file := getattr(module, "__file__", None), str)
        }
        inside = {file for file in files.values() if file.startswith(self._root)}
        return {
            "loaded": sorted(
                os.path.relpath(path, self._root)
                for path in self._opened | inside
                if "__pycache__" not in path and ".pytest_cache" not in path
            ),
            "outside": {
                name: file
                for name, file in files.items()
                if "." not in name
                and not file.startswith(self._root)
                and name not in sys.stdlib_module_names
            },
            "strays": {
                name: file
                for name, file in files.items()
                if file.startswith(self._away)
                and not file.startswith(self._root)
                and not any(f"{os.sep}{folder}{os.sep}" in file for folder in INSTALLED)
            },
        }
