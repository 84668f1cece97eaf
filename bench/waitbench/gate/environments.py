"""A side's environment, made from its own files by uv, pip, Poetry or Hatch: `environment = "uv"`.

What is written behind the name is the tool's own: `uv --extra bench`, `poetry --with bench`,
`hatch bench`, `pip -r requirements/bench.txt`.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from waitbench.gate import kept_packages, project_lines
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

INSTALLABLE = ("pyproject.toml", "setup.py")
"""What makes a folder something that pip can install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The environment that one side is to have.

    Attributes:
        side: base or head.
        place: the project's folder in the side's checkout.
        folder: where the environment is made.
        options: what stands behind the tool's name.
    """

    side: str
    place: Path
    folder: Path
    options: Sequence[str]

    def run(self, words: Sequence[str], **environ: str) -> None:
        """Run a step of its making in the project's folder.

        Raises:
            BenchError: it did not succeed.
        """
        unset = {"VIRTUAL_ENV": None, "PYTHONPATH": None}
        if wrong := project_lines.complaint(words, self.place, {**unset, **environ}):
            raise BenchError(
                f"{self.side} gets no environment: {shlex.join(map(str, words))} {wrong}"
            )


def split(asked: str, where: str) -> tuple[str, list[str]]:
    """Return the tool and its options, of the text that names both.

    Raises:
        BenchError: there is no such tool, or its quotes do not match.
    """
    try:
        tool, *options = shlex.split(asked)
    except ValueError:
        tool, options = "", []
    if tool not in TOOLS:
        raise BenchError(
            f"{where} environment is {asked!r}; it must be {', '.join(TOOLS)}, with its options "
            'behind it, such as "uv --extra bench"'
        )
    return tool, options


def made(asked: str, side: str, place: Path, folder: Path) -> list[Path]:
    """Make an environment of a side and return its folders of programs, the first has its Python.

    Args:
        asked: the tool and its options.
        side: base or head.
        place: the project's folder in the side's checkout.
        folder: where the environment is made; it is the gate's, and goes with it.

    Raises:
        BenchError: the tool is missing or fails.
    """
    tool, options = split(asked, "[tool.waitbench.gate]")
    if tool != "pip" and shutil.which(tool) is None:
        raise BenchError(
            f"environment = {asked!r} needs {tool}, which is not installed: install it, or set "
            'environment = "pip"'
        )
    wanted = Wanted(side=side, place=place, folder=folder, options=options)
    programs = TOOLS[tool](wanted)
    if not (programs[0] / "python").exists():
        raise BenchError(f"{side} gets no environment: {tool} made none in {folder}")
    return programs


def _uv(wanted: Wanted) -> list[Path]:
    """Sync with the lock file as it is; uv itself keeps the packages."""
    locked = any((folder / "uv.lock").is_file() for folder in (wanted.place, *wanted.place.parents))
    frozen = ("--frozen",) if locked else ()
    wanted.run(
        ["uv", "sync", "--quiet", *frozen, *wanted.options],
        UV_PROJECT_ENVIRONMENT=str(wanted.folder),
    )
    return [wanted.folder / "bin"]


def _poetry(wanted: Wanted) -> list[Path]:
    """Install by poetry.lock into an environment that Poetry takes for the active one."""
    wanted.run([sys.executable, "-m", "venv", str(wanted.folder)])
    wanted.run(
        ["poetry", "install", "--no-interaction", *wanted.options],
        VIRTUAL_ENV=str(wanted.folder),
    )
    return [wanted.folder / "bin"]


def _hatch(wanted: Wanted) -> list[Path]:
    """Create the environment that the options name, `default` without."""
    names = wanted.options or ("default",)
    wanted.run(["hatch", "env", "create", *names], HATCH_ENV_TYPE_VIRTUAL_PATH=str(wanted.folder))
    return [wanted.folder / "bin"]


def _pip(wanted: Wanted) -> list[Path]:
    """Install the requirements, kept from gate to gate, and the project itself over them."""
    requirements = list(wanted.options)
    if not requirements and (wanted.place / "requirements.txt").is_file():
        requirements = ["-r", "requirements.txt"]
    installable = any((wanted.place / name).is_file() for name in INSTALLABLE)
    if not requirements and not installable:
        raise BenchError(
            f"{wanted.side} gets no environment: it has neither requirements.txt nor "
            f"{' nor '.join(INSTALLABLE)}; name its requirements, such as "
            'environment = "pip -r requirements/bench.txt"'
        )
    kept = kept_packages.folder(wanted.place, requirements) if requirements else None
    pip = _pip_for(wanted, wanted.folder)
    if kept is not None:
        with kept_packages.in_use(kept) as whole:
            if not whole:
                wanted.run([*_pip_for(wanted, kept), *requirements])
        kept_packages.lay_under(kept, wanted.folder)
    elif requirements:
        wanted.run([*pip, *requirements])
    if installable:
        alone = ("--no-deps",) if requirements else ()
        wanted.run([*pip, *alone, "--editable", "."])
    return [folder / "bin" for folder in (wanted.folder, kept) if folder is not None]


def _pip_for(wanted: Wanted, folder: Path) -> list[str]:
    """Make an empty environment; return the words by which pip installs into it.

    Our own pip does, where there is one: giving each its own takes seconds.
    """
    own = find_spec("pip") is None
    wanted.run([sys.executable, "-m", "venv", *(() if own else ("--without-pip",)), str(folder)])
    python = str(folder / "bin/python")
    pip = [python, "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", python]
    return [*pip, "--quiet", "--disable-pip-version-check", "install"]


TOOLS: Mapping[str, Callable[[Wanted], list[Path]]] = {
    "uv": _uv,
    "pip": _pip,
    "poetry": _poetry,
    "hatch": _hatch,
}
"""How each tool is asked."""
