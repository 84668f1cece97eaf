"""Submodules of a checkout, written out from the clones that the owner's tree has of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate.repository import INDEX_PREFIX, git
from waitbench.results.foreign_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

GITLINK = "160000"
"""How git marks an entry of a tree that is a commit of another repository."""


def fill(owner: Path, commit: str, place: Path) -> list[str]:
    """Write the submodules of a commit into its checkout; return those that are not at hand.

    Nothing is fetched, and the owner's clones are only read.

    Args:
        owner: folder of the owner's tree that has the same submodules.
        commit: hash of what is checked out.
        place: folder of the checkout.
    """
    missing = []
    for path, wanted in _gitlinks(owner, commit):
        clone, folder = owner / path, place / path
        if (clone / ".git").exists() and _written(clone, wanted, folder):
            missing += [f"{plain(path)}/{deeper}" for deeper in fill(clone, wanted, folder)]
        else:
            missing.append(plain(path))
    return missing


def _gitlinks(folder: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the commit of each submodule."""
    for entry in git(folder, "ls-tree", "-r", "-z", "--full-tree", commit).stdout.split("\0"):
        described, _, path = entry.partition("\t")
        if described.startswith(GITLINK):
            yield path, described.split()[2]


def _written(clone: Path, commit: str, folder: Path) -> bool:
    """Write the files of a commit into a folder, by an index of our own; False if it lacks it."""
    with tempfile.TemporaryDirectory(prefix=INDEX_PREFIX) as own:
        environ = {"GIT_INDEX_FILE": str(Path(own) / "index")}
        steps = (("read-tree", commit), ("checkout-index", "--all", f"--prefix={folder}/"))
        return all(git(clone, *step, environ=environ).returncode == 0 for step in steps)
