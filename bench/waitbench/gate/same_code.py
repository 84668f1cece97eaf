"""Which benchmarks read nothing that differs between the sides: they need not be raced.

What is seen: files of the checkout that Python opens or imports while a benchmark is tried, and in
children of it. What is not: files that a library in C opens by itself, programs that are no
Python, and what depends on neither: the time, the network, the names in a folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate.worktrees import SIDES
from waitbench.results.foreign_text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.compare import Sides
    from waitbench.gate.repository import Repository

OF_ALL = (
    *("pyproject.toml", "setup.py", "setup.cfg", "*.lock", "*requirements*.txt", "pylock*.toml"),
    *("Pipfile", "environment*.yml", ".gitattributes"),
)
"""Files that decide what is installed, built or found: where one differs, all benchmarks may."""
BESIDE = ("*.egg-info", "*.dist-info", "__pycache__", ".pytest_cache", ".hypothesis")
"""Folders in which tools keep what they know of a project; no benchmark has its code there."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """In what two sides differ.

    Attributes:
        paths: that differ, from the repository's top.
        there: paths that each side has, by side.
        project: the project's folder, from the top.
    """

    paths: frozenset[str]
    there: Mapping[str, frozenset[str]]
    project: PurePath

    @classmethod
    def between(cls, repository: Repository, base: str, head: str) -> Difference:
        """Return how two commits differ."""
        there = {
            side: frozenset(repository.files(commit))
            for side, commit in zip(SIDES, (base, head), strict=True)
        }
        paths = frozenset(repository.differing(base, head))
        return cls(paths=paths, there=there, project=repository.project)

    def of_all(self) -> str | None:
        """Return a file that may change every benchmark; None if there is none."""
        return next(
            (
                path
                for path in sorted(self.paths)
                if any(fnmatchcase(PurePath(path).name, pattern) for pattern in OF_ALL)
            ),
            None,
        )

    def touches(self, benchmark: Benchmark) -> bool:
        """Whether a benchmark reads what differs, or may do so for all that is seen of it."""
        return any(
            not benchmark.loaded.get(side)
            or any(self._touches(path, self.there[side]) for path in benchmark.loaded[side])
            for side in SIDES
        )

    def _touches(self, path: str, there: Collection[str]) -> bool:
        whole = os.path.normpath(self.project / path)
        folders = [str(folder) for folder in PurePath(whole).parents]
        names = PurePath(whole).parts[:-1]
        if any(fnmatchcase(name, pattern) for name in names for pattern in BESIDE):
            return False
        # A folder that is a path of git's is a submodule: what is in it goes by its commit.
        known = [name for name in (whole, *folders) if name in there]
        # What git does not know was built, of sources that nobody saw.
        return not known or any(name in self.paths for name in (whole, *folders))


def unchanged(
    benchmarks: Sequence[Benchmark], repository: Repository, sides: Sides
) -> tuple[frozenset[str], list[str]]:
    """Return the names of benchmarks that need not be raced, and why others are that may be same.

    Args:
        benchmarks: that may be raced.
        repository: of the project.
        sides: what is compared.
    """
    if sides.base_python != sides.head_python:
        return frozenset(), ["the interpreters differ, which may change every benchmark"]
    difference = Difference.between(repository, sides.base.commit, sides.head.commit)
    if path := difference.of_all():
        return frozenset(), [f"{plain(path)} differs, which may change every benchmark"]
    raced = [benchmark for benchmark in benchmarks if benchmark.raced]
    same = frozenset(each.name for each in raced if not difference.touches(each))
    unseen = [each.name for each in raced if not all(map(each.loaded.get, SIDES))]
    names = formatting.listing(formatting.shortlist(unseen, MOST_NAMED))
    note = f"what {names} reads cannot be seen, so that it was raced, changed or not"
    return same, [note] if unseen else []
