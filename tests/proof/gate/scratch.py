"""The repository that the proof compares: the shop, and a commit for each change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.proof.gate.changes import CHANGES
from tests.proof.gate.shop_benchmarks import BENCHMARKS
from tests.proof.gate.shop_code import SHOP
from waitbench.gate.repository import OURS, Repository, git
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

BASE = "base"


def make(folder: Path) -> Repository:
    """Make the repository: a first commit tagged `base`, and a tag for each change of it.

    Raises:
        BenchError: git refused something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "src").mkdir()
    (folder / "benchmarks.py").write_text(BENCHMARKS, encoding="utf-8")
    shop = folder / "src" / "shop.py"
    shop.write_text(SHOP, encoding="utf-8")
    _commit(folder, BASE)
    for name, change in CHANGES.items():
        _git(folder, "checkout", "--quiet", "--detach", BASE)
        text = SHOP
        for old, new in change.edits.items():
            if text.count(old) != 1:  # pragma: no cover - a slip in this very file
                raise BenchError(f"change {name!r} does not fit the shop: {old!r}")
            text = text.replace(old, new)
        shop.write_text(text, encoding="utf-8")
        _commit(folder, name)
    return Repository.around(folder)


def _commit(folder: Path, name: str) -> None:
    when = {f"GIT_{who}_DATE": "2026-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", name, environ={**OURS, **when})
    _git(folder, "tag", name)


def _git(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> None:
    done = git(folder, *arguments, environ=environ)
    if done.returncode:
        raise BenchError(f"git {arguments[0]} failed in the scratch project: {done.stderr.strip()}")
