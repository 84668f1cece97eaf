"""The repositories that the proof compares: shop and shelf, a commit for each change of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.proof.gate.changes import CHANGES, SHELF_CHANGES
from tests.proof.gate.shelf_code import SHELF
from tests.proof.gate.shelf_tests import FILES
from tests.proof.gate.shop_benchmarks import BENCHMARKS
from tests.proof.gate.shop_code import SHOP
from waitbench.gate.repository import OURS, Repository, git
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.proof.gate.changes import Change

BASE = "base"


def make(folder: Path) -> Repository:
    """Make the shop: a first commit tagged `base`, and a tag for each change of it.

    Raises:
        BenchError: git refused something.
    """
    return made(folder, {"benchmarks.py": BENCHMARKS}, ("src/shop.py", SHOP), CHANGES)


def make_shelf(folder: Path) -> Repository:
    """Make the shelf, whose benchmarks are tests of pytest, in the same way.

    Raises:
        BenchError: git refused something.
    """
    return made(folder, FILES, ("src/shelf.py", SHELF), SHELF_CHANGES)


def made(
    folder: Path, files: Mapping[str, str], code: tuple[str, str], changes: Mapping[str, Change]
) -> Repository:
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    place, whole = folder / code[0], code[1]
    for name, text in {**files, code[0]: whole}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _commit(folder, BASE)
    for name, change in changes.items():
        _git(folder, "checkout", "--quiet", "--detach", BASE)
        text = whole
        for old, new in change.edits.items():
            if text.count(old) != 1:  # pragma: no cover - a slip in this very file
                raise BenchError(f"change {name!r} does not fit the code: {old!r}")
            text = text.replace(old, new)
        place.write_text(text, encoding="utf-8")
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
