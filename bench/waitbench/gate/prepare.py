"""Both sides made ready to be run: each has its interpreter, its programs, and is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate import environments, project_lines
from waitbench.gate.benchmark import Side
from waitbench.gate.worktrees import SIDES
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts


def silent(_sentence: str) -> None:
    """Let a sentence be."""


def sides(
    checkouts: Checkouts,
    settings: GateSettings,
    pythons: Sequence[str | None],
    usual: str | None = None,
    say: Callable[[str], object] = silent,
) -> list[Side]:
    """Return both sides, built, each with the interpreter that was named or made for it.

    Args:
        checkouts: where they stand.
        settings: of the project: its `environment` and `build`.
        pythons: interpreters of base and head; None for the project's environment, or the usual.
        usual: interpreter of a side for which none is named or made; None for ours.
        say: is told what takes long.

    Raises:
        BenchError: an environment cannot be made, or a side does not build.
    """
    ready = []
    for name, python in zip(SIDES, pythons, strict=True):
        place, folder = checkouts.of(name), checkouts.workspace / f"env-{name}"
        if settings.environment and python is None:
            say(f"making {name}'s environment with {settings.environment}")
            programs = environments.made(settings.environment, name, place, folder)
            chosen = str(programs[0] / "python")
        else:
            chosen = python or usual or sys.executable
            programs = _programs(chosen, folder)
        side = Side(
            name=name,
            root=place,
            python=chosen,
            programs=tuple(map(str, programs)),
            top=checkouts.workspace / name,
        )
        if settings.build:
            say(f"building {name}")
            wrong = project_lines.complaint(settings.build, place, environ(side))
            if wrong:
                raise BenchError(f"{name} does not build: {settings.build!r} {wrong}")
        ready.append(side)
    return ready


def environ(side: Side) -> dict[str, str]:
    """Return the variables under which a side's own programs are the first that are found."""
    path = os.pathsep.join((*side.programs, os.environ.get("PATH", os.defpath)))
    home = Path(side.programs[0]).parent if side.programs else None
    own = {"VIRTUAL_ENV": str(home)} if home and (home / "pyvenv.cfg").is_file() else {}
    return {"PATH": path, **own}


def _programs(python: str, folder: Path) -> list[Path]:
    """Return the folder in which `python` is this interpreter; none where there is no such one.

    Where it is only called otherwise there, as `python3.12` in a folder of the system, it gets a
    folder of its own.
    """
    path = shutil.which(python)
    if path is None:
        return []  # said when the side is asked
    place = Path(path).absolute().parent
    with_that_name = place / "python"
    if with_that_name.exists() and with_that_name.resolve() == Path(path).resolve():
        return [place]
    line = [path, "-m", "venv", "--without-pip", "--system-site-packages", str(folder)]
    done = subprocess.run(line, capture_output=True, check=False)
    return [folder / "bin", place] if done.returncode == 0 else [place]
