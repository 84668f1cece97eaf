"""What is measured must be each side's own: one file behind both of them would never differ."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side

FOLDERS = ("", "src", "lib", "python", "source")
"""Where projects have the packages that they make, besides those that their settings name."""


def refuse_one_file(files: Sequence[Path], paths: Sequence[str], sides: Sequence[Side]) -> None:
    """Refuse a place that is one and the same on both sides, by a link or a way out of the tree.

    Args:
        files: of benchmarks, base and head; none where there are no such files.
        paths: folders of the project that stand before all that is installed.
        sides: base and head.

    Raises:
        BenchError: names it.
    """
    places = [
        *([files] if files else []),
        *([side.root / path for side in sides] for path in paths),
    ]
    for base, head in places:
        if head.exists() and base.resolve() == head.resolve():
            name = head.relative_to(sides[1].root)
            raise BenchError(
                f"{name} is {head.resolve()} on both sides, which can never differ: it is a link "
                "or leads out of the checkout; commit what is to be compared as a file of its own"
            )


def refuse_one_module(outside: Sequence[Mapping[str, str]], head: Side) -> None:
    """Refuse a module of the project that both sides import from one place that is installed.

    Args:
        outside: files of the modules from outside the checkout, of base and head.
        head: whose checkout tells which modules are the project's.

    Raises:
        BenchError: names it.
    """
    base_files, head_files = outside
    for name, file in head_files.items():
        if base_files.get(name) == file and _makes(head.root, name):
            raise BenchError(
                f"module {name} is {file} on both sides, which can never differ: it is installed, "
                "and the checkout's own is not found; name its folder in `paths` of "
                "[tool.waitbench.gate], or have a `build` line make it there"
            )


def _makes(root: Path, name: str) -> bool:
    """Whether a project has a module of that name, or is called so."""
    places = (root / folder for folder in FOLDERS)
    path = name.replace(".", "/")
    return called(root) in {name, name.replace(".", "_")} or any(
        (place / f"{path}.py").is_file() or (place / path / "__init__.py").is_file()
        for place in places
    )


def called(root: Path) -> str | None:
    """Return the name that a project is installed under, as one writes it to import it."""
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        return re.sub(r"[-.]+", "_", document["project"]["name"]).lower()
    except (OSError, ValueError, KeyError, TypeError):
        return None
