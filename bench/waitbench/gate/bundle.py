"""Two commits as one file that git reads anywhere: their trees alone, without any history."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate.repository import OURS, Repository, Revision, git, last_line
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

WHEN = {"GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}
"""The same trees make the same commits, wherever they are made."""


def made(repository: Repository, revisions: Sequence[Revision]) -> bytes:
    """Return a bundle of commits, each following on the one before; the owner's tree is only read.

    Args:
        repository: that has them.
        revisions: base and head.

    Raises:
        BenchError: git cannot make it.
    """
    with tempfile.TemporaryDirectory(prefix="waitbench-bundle-") as name:
        folder = Path(name)
        _run(folder, "init", "--quiet", "--bare", ".")
        shared = git(repository.top, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        (folder / "objects/info/alternates").write_text(shared.stdout)
        parents: tuple[str, ...] = ()
        names = []
        for number, revision in enumerate(revisions):
            tree = f"{revision.commit}^{{tree}}"
            commit = _run(folder, "commit-tree", tree, *parents, "-m", revision.title or "untitled")
            parents = ("-p", commit)
            names.append(f"refs/heads/side-{number}")
            _run(folder, "update-ref", names[-1], commit)
        file = folder / "sides.bundle"
        _run(folder, "bundle", "create", "--quiet", str(file), *names)
        return file.read_bytes()


def unpacked(content: bytes, folder: Path) -> list[str]:
    """Write the repository of a bundle into an empty folder; return its commits, base's first.

    Raises:
        BenchError: git cannot read it.
    """
    file = folder.with_suffix(".bundle")
    file.write_bytes(content)
    folder.mkdir()
    _run(folder, "init", "--quiet", ".")
    _run(folder, "fetch", "--quiet", str(file), "refs/heads/*:refs/heads/*")
    listed = _run(folder, "for-each-ref", "--sort=refname", "--format=%(objectname)", "refs/heads")
    file.unlink()
    return listed.split()


def _run(folder: Path, *arguments: str) -> str:
    done = git(folder, *arguments, environ={**OURS, **WHEN})
    if done.returncode:
        raise BenchError(f"the two sides could not be packed: {last_line(done.stderr)}")
    return done.stdout.strip()
