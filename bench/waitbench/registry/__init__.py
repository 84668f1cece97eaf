"""The folder is the registry: names are file names, imported only when used.

What installed packages add by entry points stands beside the files of a room, and hides none.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.did_you_mean import instead
from waitbench.registry import optional, plugins
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

ROOT = Path(__file__).parents[1]


def names(room: str) -> list[str]:
    """List a room (`models`, `workloads`, …) by name, in order: its files, and what was added."""
    own = files(room)
    for name in own & plugins.added(room).keys():
        plugins.complain(f"{_kind(room)} {name!r} of a package is left out: waitbench has its own")
    return sorted(own | plugins.added(room).keys())


@cache
def files(room: str) -> frozenset[str]:
    """Return the names of a room's own files."""
    modules = pkgutil.iter_modules([str(ROOT / room)])
    return frozenset(module.name for module in modules if not module.name.startswith("_"))


def whole(room: str) -> dict[str, ModuleType]:
    """Import all of a room; what was added and is broken is left out with a line of error."""
    modules = {}
    for name in names(room):
        try:
            modules[name] = load(room, name)
        except BenchError as broken:
            if name in files(room):
                raise
            plugins.complain(str(broken))
    return modules


def suffixes(room: str) -> dict[str, str]:
    """Return the formats of a room by the suffix of their files: `md` is that of `markdown`.

    Of two with one suffix it is the file's own, then the first by name.
    """
    modules = whole(room)
    order = sorted(modules, key=lambda name: (name not in files(room), name))
    by_suffix: dict[str, str] = {}
    for name in order:
        if hasattr(modules[name], "SUFFIX"):
            by_suffix.setdefault(modules[name].SUFFIX, name)
    return by_suffix


def check(room: str, wanted: Sequence[str]) -> None:
    """Raise BenchError with the list of what there is, unless each name is a file of the room."""
    for name in wanted:
        # What waitbench has itself is known without a look at what is installed.
        if name not in files(room) and name not in plugins.added(room):
            kind, there = _kind(room), names(room)
            raise BenchError(f"there is no {kind} named {name!r}; {instead(name, there)}")


def load(room: str, name: str) -> ModuleType:
    """Import one file of a room.

    Raises:
        BenchError: no such file, or a library it needs is missing (names it and how to install).
    """
    check(room, [name])
    if name not in files(room):
        return plugins.load(room, name)
    try:
        return importlib.import_module(f"waitbench.{room.replace('/', '.')}.{name}")
    except ModuleNotFoundError as missing:
        raise missing_library(room, name, missing) from missing


def unavailable(room: str, name: str) -> str | None:
    """Return in one line why a file of a room cannot be used here; None if it can.

    Raises:
        BenchError: there is no such file.
    """
    check(room, [name])
    try:
        module = load(room, name)
    except BenchError as missing:
        return str(missing)
    except ImportError as broken:
        return f"{room.removesuffix('s')} {name!r} cannot be imported: {broken}"
    except Exception as broken:
        if name in files(room) and _ours(broken):
            raise
        return f"{room.removesuffix('s')} {name!r} cannot be imported: {plugins.described(broken)}"
    says = getattr(module, "unavailable", None)
    try:
        reason: str | None = says() if says else None
    except Exception as fault:
        if name in files(room):
            raise
        reason = str(plugins.failed(room, name, fault))
    return reason


def _ours(fault: Exception) -> bool:
    """Whether code of waitbench raised it, rather than a library that it imports."""
    import traceback  # only where something is broken

    lacking = getattr(fault, "obj", None)
    if isinstance(fault, AttributeError) and isinstance(lacking, type(importlib)):
        return lacking.__name__.startswith("waitbench")  # a module that lacks what it should have
    frames = traceback.extract_tb(fault.__traceback__)
    return bool(frames) and Path(frames[-1].filename).is_relative_to(ROOT)


def needs_target(workload: str) -> bool:
    """Whether a workload talks to the target."""
    return bool(load("workloads", workload).Workload.needs_target)


def needs_postgres(workload: str) -> bool:
    """Whether a workload talks to PostgreSQL; most files do not mention it."""
    return bool(getattr(load("workloads", workload).Workload, "needs_postgres", False))


def needs_redis(workload: str) -> bool:
    """Whether a workload talks to Redis."""
    return bool(getattr(load("workloads", workload).Workload, "needs_redis", False))


def missing_library(room: str, name: str, missing: ModuleNotFoundError) -> BenchError:
    """Return the error that names the library a file wants, and what to type."""
    library = (missing.name or "a library").partition(".")[0]
    return BenchError(f"{_kind(room)} {name!r} {optional.cure(library)}")


def _kind(room: str) -> str:
    """Return what one file of a room is called: `model`, `format`."""
    return room.rpartition("/")[2].removesuffix("s")


def summary(room: str, name: str) -> str:
    """Return the first line of a file's docstring without importing it."""
    if name not in files(room):
        return plugins.summary(room, name)
    import ast

    source = (ROOT / room / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
