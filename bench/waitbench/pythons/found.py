"""Interpreters that are here: on the path, and what pyenv and uv have installed."""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.pythons.interpreter import Interpreter, probe
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = re.compile(r"(?:python|pypy)3?(?:\.\d+)?t?$", re.ASCII)
AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A program that is called like an interpreter and does not work as one."""

    path: str
    why: str


@cache
def everything() -> tuple[Interpreter | Broken, ...]:
    """Return every interpreter that is found here, each once, the one that runs this first."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = list(pool.map(_asked, programs()))
    once: dict[object, Interpreter | Broken] = {}
    for each in asked:
        once.setdefault(each.identity if isinstance(each, Interpreter) else each.path, each)
    return tuple(once.values())


def here() -> list[Interpreter]:
    """Return those that can take part."""
    return [each for each in everything() if isinstance(each, Interpreter) and not each.refusal]


def programs() -> list[str]:
    """Return the programs that may be interpreters, by the file that each leads to."""
    by_file: dict[str, str] = {}
    for program in chain([Path(sys.executable)], _on_path(), _of_pyenv(), _of_uv()):
        if os.access(program, os.X_OK):
            by_file.setdefault(os.path.realpath(program), str(program))
    return list(by_file.values())


def _asked(program: str) -> Interpreter | Broken:
    try:
        return probe(program)
    except BenchError as broken:
        return Broken(path=program, why=str(broken))


def _on_path() -> Iterator[Path]:
    for name in os.environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(name or ".")
        if folder.name == "shims":  # pyenv's own: each stands for what pyenv has installed
            continue
        yield from _programs_in(folder)


def _of_pyenv() -> Iterator[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from _installed(root / "versions")


def _of_uv() -> Iterator[Path]:
    named = os.environ.get("UV_PYTHON_INSTALL_DIR")
    shared = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    yield from _installed(Path(named) if named else shared / "uv/python")


def _installed(folder: Path) -> Iterator[Path]:
    for installed in _newest_first(folder):
        yield from _programs_in(installed / "bin")


def _newest_first(folder: Path) -> list[Path]:
    try:
        folders = [entry for entry in folder.iterdir() if not entry.is_symlink()]
    except OSError:
        return []

    def version(entry: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", entry.name)[:3]]

    return sorted(folders, key=version, reverse=True)


def _programs_in(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if PROGRAM.match(entry.name))
    except OSError:
        return []
