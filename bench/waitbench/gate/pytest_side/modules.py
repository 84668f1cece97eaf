"""Which modules a session has imported from elsewhere than its own checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

INSTALLED = ("site-packages", "dist-packages")


def from_elsewhere(top: str, away: str) -> dict[str, dict[str, str]]:
    """Return files of modules at the top of packages: `outside` a checkout, and `strays`.

    Args:
        top: the side's checkout.
        away: the tree of the project's owner, from which nothing may be imported.
    """
    checkout, owners = (f"{Path(folder).resolve()}{os.sep}" for folder in (top, away))
    files = {
        name: os.path.realpath(file)
        for name, module in list(sys.modules.items())
        if isinstance(file := getattr(module, "__file__", None), str)
    }
    away_from_here = {name: file for name, file in files.items() if not file.startswith(checkout)}
    return {
        "outside": {
            name: file
            for name, file in away_from_here.items()
            if _at_top(name, files)
            and name.partition(".")[0] not in getattr(sys, "stdlib_module_names", ())
        },
        "strays": {
            name: file
            for name, file in away_from_here.items()
            if file.startswith(owners)
            and not any(f"{os.sep}{folder}{os.sep}" in file for folder in INSTALLED)
        },
    }


def _at_top(name: str, files: dict[str, str]) -> bool:
    """Whether a module is in no package, or in namespace packages alone, which have no file."""
    words = name.split(".")
    return not any(".".join(words[:depth]) in files for depth in range(1, len(words)))
