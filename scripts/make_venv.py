#!/usr/bin/env python3
"""Makes the virtual environment that `setup.sh` asks for: `make_venv.py FOLDER STAMP LOCK`."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL, BENCH = "requirements.lock", "requirements-bench.lock"
"""Lock files: what the tests need, and the part of it that a run needs."""
OTHER_PYTHON = 3
PACKAGES, PLACE, INSTALLED = {ALL: slice(0, 1), BENCH: slice(3, 4)}, slice(2, 3), slice(4, None)
"""Lines of the stamp: checksums of ALL and pyproject.toml, the checkout's folder, the checksum of
BENCH, and the lock file that was installed.

An environment does not survive a move: its commands name the folder they were made in."""
NOT_COMPILED = r"[/](tests?|_vendor)[/]"
"""Files that nobody imports here, a third of all: compiling them would take some seconds."""


def main(venv: Path, wanted: str, lock: str) -> None:
    """Make or mend the environment, one process at a time; the stamp is written last.

    A set-up that was interrupted leaves no stamp, so that the next one begins anew.
    """
    with Path(ALL).open("rb") as turn:
        # The system lets go of it however this process ends: there are no stale locks to find.
        fcntl.flock(turn, fcntl.LOCK_EX)
        stamp = venv / ".waitbench"
        present = stamp.read_text() if stamp.exists() else ""
        works = same_lines(present, wanted, PLACE) and usable(venv)
        if works and present.split("\n")[INSTALLED] == [ALL]:
            lock = ALL  # what needs few packages takes none of the others away
        wanted = f"{wanted}\n{lock}"
        if works and present == wanted:
            return  # another process made it while this one waited
        stamp.unlink(missing_ok=True)
        if not works:
            how_long = "a minute" if lock == ALL else "half a minute"
            sys.stderr.write(f"setting up {venv} (once, about {how_long}) ...\n")
            make(venv)
        packages = works and same_lines(present, wanted, PACKAGES[lock])
        if not (packages and same_lines(present, wanted, INSTALLED)):
            install_packages(venv, lock)
        install_checkout(venv)
        stamp.write_text(wanted)


def usable(venv: Path) -> bool:
    """Return whether its interpreter runs, finds us, and is the one asked for, if one was."""
    look = (
        "import waitbench, sys; "
        "sys.exit(0 if [sys.version, sys.base_prefix] == sys.argv[1:] else 3)"
    )
    try:
        status = subprocess.run(
            [str(venv / "bin/python"), "-I", "-c", look, sys.version, sys.base_prefix],
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
    except OSError:
        return False
    return status == 0 or (status == OTHER_PYTHON and not os.environ.get("WAITBENCH_PYTHON"))


def same_lines(present: str, wanted: str, lines: slice) -> bool:
    """Return whether two stamps agree in some of their lines."""
    return present.split("\n")[lines] == wanted.split("\n")[lines]


def make(venv: Path) -> None:
    """Begin an empty environment; what is in the folder goes, if it was one before."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        sys.exit(
            f"{venv} is not empty and no virtual environment, so it is left alone; "
            "set WAITBENCH_VENV to a folder that may be overwritten"
        )
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"{sys.executable} can make no virtual environment, its ensurepip is missing; "
            "on Debian and Ubuntu: apt-get install python3-venv, "
            "or set WAITBENCH_PYTHON to another interpreter"
        )
    if complaint := run([sys.executable, "-m", "venv", "--clear", venv]):
        sys.exit(f"no virtual environment could be made in {venv}: {complaint}")


def install_packages(venv: Path, lock: str) -> None:
    """Bring the packages to what the lock file says, and take away what it no longer names."""
    # The file names every package that any of them needs, so that nothing is left to resolve.
    locked = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    if complaint := pip(venv, "install", "--no-compile", *locked):
        sys.exit(
            f"the packages in {lock} could not be installed: {complaint}\n"
            "is a package index reachable? a wheel missing? try another WAITBENCH_PYTHON"
        )
    # On all cores, where pip would take one; what cannot be compiled is told where it is imported.
    run(
        [
            venv / "bin/python",
            "-m",
            "compileall",
            "-qq",
            "-j",
            "0",
            "-x",
            NOT_COMPILED,
            venv / "lib",
        ]
    )
    lines = Path(lock).read_text(encoding="utf-8").splitlines()
    named = {normal(line.partition("==")[0]) for line in lines if "==" in line}
    folders = (venv / "lib").glob("python*/site-packages/*.dist-info")
    present = {normal(folder.name.partition("-")[0]) for folder in folders}
    if extra := sorted(present - named - {"pip", "setuptools", "waitbench"}):
        pip(venv, "uninstall", "--yes", *extra)


def normal(name: str) -> str:
    """Write a package's name in the one way that all its spellings share."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def install_checkout(venv: Path) -> None:
    """Make `bench` and `server` of this checkout importable, with the locked build tool."""
    if complaint := pip(venv, "install", "--no-deps", "--no-build-isolation", "--editable", "."):
        sys.exit(f"the checkout could not be installed into {venv}: {complaint}")


def pip(venv: Path, *arguments: str) -> str | None:
    """Let the environment's pip do something; None if it went well, else what it said."""
    quietly = ("-m", "pip", "-qq", "--disable-pip-version-check")
    return run([venv / "bin/python", *quietly, *arguments])


def run(command: Sequence[str | Path]) -> str | None:
    """Run a command; None if it went well, else the end of what it said."""
    # Somebody else's module path or interpreter home must not leak into the new environment.
    inherited = {
        name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}
    }
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=inherited,
        check=False,
    )
    if done.returncode == 0:
        return None
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return " / ".join(line.strip() for line in lines[-3:]) or f"exit status {done.returncode}"


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit("set-up interrupted; the next call begins anew")
