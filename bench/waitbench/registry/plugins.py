"""What other installed packages add by entry points: models, workloads, formats, findings.

An entry point names a module that is written like a file of the room: `fresh = shop.fresh_threads`
under `waitbench.models` is the model `fresh`. What is broken in it is one line of error, and all
else goes on.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint
    from types import ModuleType

GROUPS = {
    "models": "waitbench.models",
    "workloads": "waitbench.workloads",
    "findings": "waitbench.findings",
    "report/formats": "waitbench.formats",
    "results/formats": "waitbench.readers",
}
"""The group of entry points that belongs to each room."""
INFO = (".dist-info", ".egg-info")
NEEDED = {
    "models": ("Model",),
    "workloads": ("Workload",),
    "findings": ("CLAIM",),
    "report/formats": ("render", "SUFFIX"),
    "results/formats": ("NAME", "claims", "read"),
}
"""What a module of each room has to have."""


@cache
def added(room: str) -> Mapping[str, EntryPoint]:
    """Return what is added to a room by name; of one name the first that is found."""
    if room not in GROUPS or not _any_package():
        return {}
    from importlib.metadata import entry_points

    entries: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUPS[room]):
        if not entry.name.isidentifier():
            complain(f"{_of(entry)} is left out: its name is no identifier")
        elif entries.setdefault(entry.name, entry) != entry:
            complain(f"{_of(entry)} is left out: {_of(entries[entry.name])} has that name")
    return entries


@cache
def _any_package() -> bool:
    """Whether some installed package may add anything: `importlib.metadata` is slow to import."""
    for place in dict.fromkeys(sys.path):
        try:
            entries = os.listdir(place or ".")  # noqa: PTH208 - `pathlib` would cost what this saves
        except NotADirectoryError:
            return True  # packed, perhaps: whoever knows how is to look
        except OSError:
            continue
        for name in entries:
            if name.endswith(INFO):
                try:
                    with open(f"{place or '.'}/{name}/entry_points.txt", "rb") as file:  # noqa: PTH123 - likewise
                        if b"[waitbench." in file.read():
                            return True
                except OSError:
                    continue
    return False


def load(room: str, name: str) -> ModuleType:
    """Import what a package added.

    Raises:
        BenchError: it cannot be imported, or is no such thing; names the package.
    """
    entry = added(room)[name]
    try:
        module: ModuleType = entry.load()
    except (Exception, SystemExit) as fault:  # somebody else's code may fail in any way
        raise BenchError(f"{_of(entry)} cannot be imported: {described(fault)}") from fault
    lacks = [part for part in NEEDED[room] if not hasattr(module, part)]
    if lacks:
        raise BenchError(f"{_of(entry)} has no {' and no '.join(lacks)} in {entry.module}")
    return module


def summary(room: str, name: str) -> str:
    """Return the first line of its docstring without importing it, and whose it is."""
    import ast
    from importlib.util import find_spec
    from pathlib import Path

    entry = added(room)[name]
    try:
        spec = find_spec(entry.module)
        if spec is None or not spec.origin:
            raise ModuleNotFoundError(f"No module named {entry.module!r}")  # noqa: TRY301
        source = Path(spec.origin).read_text(encoding="utf-8")
        line = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]
    except (Exception, SystemExit) as fault:  # noqa: BLE001  it imports the package around it
        line = f"cannot be imported: {described(fault)}"
    return f"{line} ({package(entry)})"


def failed(room: str, name: str, fault: BaseException) -> BenchError:
    """Return the error of something added that raised when it was called."""
    return BenchError(f"{_of(added(room)[name])} failed: {described(fault)}")


@cache
def complain(sentence: str) -> None:
    """Print a line of error, once."""
    print(f"waitbench: {sentence}", file=sys.stderr)  # noqa: T201


def described(fault: BaseException) -> str:
    """Return an exception in one line."""
    return " ".join(f"{type(fault).__name__}: {fault}".split())


def package(entry: EntryPoint) -> str:
    """Return the name and version of the package that an entry point is of."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _of(entry: EntryPoint) -> str:
    kind = entry.group.rpartition(".")[2].removesuffix("s")
    return f"{kind} {entry.name!r} of {package(entry)}"
