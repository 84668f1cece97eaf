"""Tests of one side laid over the other's code: both are then asked the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from waitbench.gate import own_code
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.gate.benchmark import Side
    from waitbench.gate.pytest_session import Collected

FOLDERS = {
    *("test", "tests", "_test", "_tests"),
    *("bench", "benches", "benchmark", "benchmarks", "benchmarking", "perf", "performance"),
}
"""Names of folders that hold tests and nothing that they test, but for a project called so."""
SETTINGS = ("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg")
SETTINGS_TOO = "pyproject.toml"


def lend(owner: Side, borrower: Side, collected: Collected) -> None:
    """Put the files of one side's tests in the place of the other's; all else stays its own.

    Args:
        owner: the side whose tests are run.
        borrower: the other side.
        collected: what the owner's session found.

    Raises:
        BenchError: they cannot be copied.
    """
    rootdir = Path(collected.rootdir)
    nodes = [*collected.tests, *collected.broken]
    target = borrower.root / os.path.relpath(rootdir, owner.root)
    try:
        for name in places(
            (node.partition("::")[0] for node in nodes), own_code.called(owner.root)
        ):
            _lay(rootdir / name, target / name)
        for settings in (*SETTINGS, SETTINGS_TOO):
            if (rootdir / settings).is_file():
                _lay(rootdir / settings, target / settings)
    except OSError as refused:
        raise BenchError(
            f"the tests of {owner.name} could not be laid over {borrower.name}: {refused}"
        ) from None


def places(files: Iterable[str], project: str | None = None) -> list[str]:
    """Return the folders that hold tests alone, and the files of tests in any other folder.

    Each conftest.py above them is among them: it is theirs.

    Args:
        files: of tests.
        project: its name; a folder called so holds what is tested.
    """
    alone = FOLDERS - {project}
    wanted: dict[str, None] = {}
    for file in files:
        folders = PurePath(file).parents
        whole = next((folder for folder in reversed(folders) if folder.name in alone), None)
        above = folders if whole is None else whole.parents
        wanted.update({str(folder / "conftest.py"): None for folder in above})
        wanted[str(whole or file)] = None
    return list(wanted)


def _lay(source: Path, target: Path) -> None:
    """Replace a file or folder; what the source does not have is no more."""
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    elif target.exists() or target.is_symlink():
        target.unlink()
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
