"""Where this waitbench stands, and how modules of it, or of another tree of it, are started."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[2]
"""The folder that `waitbench` is imported from: `bench/` of a checkout, else site-packages."""
CHECKOUT: Path | None = PACKAGES.parent if (PACKAGES.parent / "pyproject.toml").is_file() else None
"""The checkout, where this is one; None for what was installed from a wheel."""
SERVER_PACKAGES = (
    PACKAGES if (PACKAGES / "waitbench_server").is_dir() else PACKAGES.parent / "server"
)
"""The folder that `waitbench_server` is imported from."""
OLD = "bench/race/worker.py"
"""What only a checkout has whose packages are still called `bench` and `server`."""


def import_path(tree: Path | None = None) -> str:
    """Return the `PYTHONPATH` under which a tree's own packages are imported.

    Args:
        tree: a checkout of any age, or a folder in which the packages lie; None for this one.
    """
    if tree is None:
        folders = [PACKAGES, SERVER_PACKAGES]
    elif (tree / "bench/waitbench").is_dir():
        folders = [tree / "bench", tree / "server"]
    else:
        folders = [tree]
    return os.pathsep.join(dict.fromkeys(map(str, folders)))


def package(tree: Path | None = None) -> str:
    """Return the name under which a tree's own `waitbench` is imported."""
    return "bench" if tree is not None and (tree / OLD).is_file() else "waitbench"


def module(name: str, tree: Path | None = None) -> str:
    """Return the full name of one of our modules (`race.worker`) as a tree calls it."""
    return f"{package(tree)}.{name}"
