"""An environment for each interpreter, made once from the lock file, with what its rows need."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.pythons import lock
from waitbench.registry.optional import EXTRAS
from waitbench.scenario import BenchError
from waitbench.services import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from waitbench.pythons.interpreter import Interpreter
    from waitbench.pythons.lock import Locked

STATE = "waitbench.json"
"""File of an environment that says what it has; written last."""
OPTIONS = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement")
RETRIES = ("--retries", "2")
"""The first of them is what pip says of an index that does not answer."""
MISSING = re.compile(
    r"(?:No matching distribution found for |(?:Wheels are required|only found wheels) for `)"
    r"([\w.-]+)",
    re.ASCII,
)
"""What pip and uv say of a package of which there is no wheel."""
ROOM = 20_000_000
"""Bytes: fewer hold no environment."""
WITHIN_S = 600
LINE = 160
UNREACHED = ("Could not fetch URL", "NewConnectionError", "timed out", "error sending request")
"""What pip and uv say of an index that does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where workers of an interpreter find their packages.

    Attributes:
        python: its program.
        lacks: packages that could not be installed, with why.
    """

    python: str
    lacks: Mapping[str, str] = field(default_factory=dict)

    def lack(self, module: str) -> str | None:
        """Return why a module is not there; None if nothing is known against it."""
        return self.lacks.get(package(module))


def package(module: str) -> str:
    """Return the package, as the lock file calls it, that brings a module."""
    top = module.partition(".")[0]
    named = {name: asked for modules in EXTRAS.values() for name, asked in modules.items()}
    return lock.normal(named.get(top, top).partition("[")[0])


def packages(modules: Iterable[str]) -> list[str]:
    """Return the packages that bring these modules, without what Python itself has."""
    tops = dict.fromkeys(module.partition(".")[0] for module in modules)
    return [package(top) for top in tops if top not in sys.stdlib_module_names]


def programs(folders: Iterable[str]) -> list[str]:
    """Return the interpreters of environments that a user has named.

    Raises:
        BenchError: a folder is none; says what makes one.
    """
    ready = []
    for folder in folders:
        python = Path(folder, "bin", "python")
        if not os.access(python, os.X_OK):
            raise BenchError(
                f"--python-env {folder}: holds no bin/python; `python3.13 -m venv {folder}` makes "
                "an environment"
            )
        ready.append(str(python.absolute()))
    return ready


def cache() -> Path:
    """Return the folder that all of them are in."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "waitbench" / "pythons"


def made(
    interpreter: Interpreter, modules: Iterable[str], say: Callable[[str], object]
) -> Environment:
    """Return an interpreter's environment with these modules; what is missing is installed now.

    Args:
        interpreter: behind it.
        modules: that its workers import.
        say: is told what takes long.

    Raises:
        BenchError: it cannot be made: no network, no room.
    """
    wanted = packages(modules)
    if not wanted:
        return Environment(python=interpreter.path)
    try:
        text = lock.path().read_text(encoding="utf-8")
    except OSError as missing:
        raise BenchError(f"its packages are not known: {missing}") from None
    needed = lock.needed(lock.read(text), wanted)
    folder = _folder(interpreter, text)
    try:
        with _alone(folder):
            return _filled(interpreter, folder, needed, say)
    except OSError as refused:
        raise BenchError(
            f"no environment can be kept in {folder.parent} ({refused.strerror}); "
            "name another folder by XDG_CACHE_HOME"
        ) from None


def _folder(interpreter: Interpreter, locked: str) -> Path:
    parts = "\0".join((*map(str, interpreter.identity), locked))
    key = hashlib.sha256(parts.encode()).hexdigest()[:12]
    return cache() / f"{interpreter.exact}-{key}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold an environment alone; whoever ends, however, lets go of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _filled(
    interpreter: Interpreter, folder: Path, needed: Sequence[Locked], say: Callable[[str], object]
) -> Environment:
    has, lacks = _state(folder)
    python = str(folder / "bin/python")
    missing = [each for each in needed if each.name not in has and each.name not in lacks]
    if not missing:
        return Environment(python=python, lacks=lacks)
    many = formatting.count(len(missing), "package")
    say(f"making the environment of {interpreter.title}: {many}, once")
    if not has:
        shutil.rmtree(folder, ignore_errors=True)
        _make(interpreter, folder)
    for each, wrong in _installed(python, missing, folder):
        if wrong is None:
            has.add(each.name)
        else:
            say(f"{wrong} for {interpreter.title}")
            lacks[each.name] = f"needs {each.name}: {wrong} for {interpreter.title}"
    if not has:
        first = next(iter(lacks.values()))
        raise BenchError(f"no environment can be made: {first}")
    (folder / STATE).write_text(json.dumps({"has": sorted(has), "lacks": lacks}), encoding="utf-8")
    return Environment(python=python, lacks=lacks)


def _state(folder: Path) -> tuple[set[str], dict[str, str]]:
    """Return the packages that an environment has, and those that it could not get, with why."""
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set(), {}
    return set(state["has"]), dict(state["lacks"])


def _installed(
    python: str, wanted: Sequence[Locked], folder: Path
) -> Iterator[tuple[Locked, str | None]]:
    """Install all at once, without those that have no wheel; yield each with what was wrong."""
    rest = list(wanted)
    while rest and (complaint := _install(python, rest, folder)):
        named = {lock.normal(name) for name in MISSING.findall(complaint)}
        missing = [each for each in rest if lock.normal(each.name) in named]
        if not missing:
            break
        yield from ((each, _wrong(each, complaint)) for each in missing)
        rest = [each for each in rest if each not in missing]
    else:
        yield from ((each, None) for each in rest)
        return
    for each in rest:  # what is wrong names none of them
        complaint = _install(python, [each], folder)
        yield each, complaint and _wrong(each, complaint)


def _wrong(each: Locked, complaint: str) -> str:
    """Return what is wrong with one package in a few words."""
    if MISSING.search(complaint):
        return f"{each.name} {each.version} has no wheel"
    return f"{each.name} {each.version} could not be installed ({_last(complaint)})"


def _install(python: str, wanted: Sequence[Locked], folder: Path) -> str | None:
    """Install these packages; return what was said if that failed, None if it went well.

    Raises:
        BenchError: no package could come that way.
    """
    listed = folder / "wanted.txt"
    listed.write_text("\n".join(each.lines for each in wanted) + "\n", encoding="utf-8")
    if uv := shutil.which("uv"):
        words = [uv, "pip", "install", "--quiet", "--python", python, *OPTIONS, str(listed)]
    else:
        # Its own: ours may be too old to run under it.
        words = [python, "-m", "pip", "--disable-pip-version-check", *RETRIES, "install"]
        words += [*OPTIONS, str(listed)]
    complaint = _complaint(words)
    if complaint is None:
        return None
    if full := _is_full(complaint, folder):
        raise BenchError(f"no environment can be made: {full}")
    if any(sign in complaint for sign in UNREACHED):
        raise BenchError("no environment can be made: the package index does not answer")
    return complaint


def _making(interpreter: Interpreter, folder: Path) -> list[str]:
    if uv := shutil.which("uv"):
        return [uv, "venv", "--quiet", "--python", interpreter.path, str(folder)]
    return [interpreter.path, "-m", "venv", str(folder)]


def _make(interpreter: Interpreter, folder: Path) -> None:
    """Make an environment with nothing in it; where that fails, nothing is left of it.

    Raises:
        BenchError: it cannot be made.
    """
    if complaint := _complaint(_making(interpreter, folder)):
        full = _is_full(complaint, folder)
        shutil.rmtree(folder, ignore_errors=True)
        raise BenchError(f"no environment can be made: {full or _last(complaint)}")


def _is_full(complaint: str, folder: Path) -> str | None:
    """Return that the disk is full, if it is: what `venv` says of its own pip tells nothing."""
    if "No space left" in complaint or shutil.disk_usage(folder.parent).free < ROOM:
        return f"no space left in {folder.parent}; name another folder by XDG_CACHE_HOME"
    return None


def _complaint(words: Sequence[str]) -> str | None:
    """Run a step; return all that it said, None if it went well."""
    unset = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    environ = {name: text for name, text in processes.environment().items() if name not in unset}
    try:
        done = subprocess.run(
            words,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{Path(words[0]).name} took longer than {WITHIN_S} s"
    if done.returncode == 0:
        return None
    return done.stdout.strip() or f"{Path(words[0]).name} ended with {done.returncode}"


def _last(complaint: str) -> str:
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    return formatting.shortened(lines[-1], LINE)
