"""A file in, out as which module it is imported: that of its package, where it lies in one."""

from __future__ import annotations

from pathlib import Path

PACKAGE = "__init__.py"


def module_of(path: Path) -> tuple[str, Path]:
    """Return the dotted name of a file's module, and the folder from which it is found.

    Args:
        path: absolute.
    """
    parts = [] if path.name == PACKAGE else [path.stem]
    folder = path.parent
    while (folder / PACKAGE).is_file() and folder.name.isidentifier():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.stem, folder


def module_named(place: str, folder: str) -> str:
    """Return the module that `module` or `path/to/file.py` names, as an import spells it."""
    return module_of(Path(folder or ".", place).resolve())[0] if place.endswith(".py") else place
