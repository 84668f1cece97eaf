"""A command line of somebody's: its words, the variables that it runs under, what it printed."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OF_A_SHELL = ("|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1")
"""Words that mean something to a shell alone."""
DROPPED = ("PYTHONPATH", "PYTHONUNBUFFERED")
"""What our workers are started with, and a command should not be."""


def words(line: str) -> list[str]:
    """Split a command line as a shell would.

    Raises:
        BenchError: there is nothing in it, its quotes do not match, or it needs a shell.
    """
    try:
        split = shlex.split(line)
    except ValueError as wrong:
        raise BenchError(f"the command {line!r} cannot be read: {wrong}") from None
    if not split:
        raise BenchError("a command is empty; write what is to be run, such as 'python -m shop'")
    for_a_shell = [word for word in split if word in OF_A_SHELL]
    if for_a_shell:
        raise BenchError(
            f"no shell reads the command {line!r}, so {for_a_shell[0]} would be an argument; "
            f"write sh -c {shlex.quote(line)}"
        )
    return split


def variables(
    inherited: Mapping[str, str], programs: Sequence[str], paths: Sequence[str] = ()
) -> dict[str, str]:
    """Return the variables of a command.

    Args:
        inherited: what they are laid over; git's and those of our own workers are left out.
        programs: folders that are looked through before PATH; the first may be an environment's.
        paths: folders whose modules are found before all that is installed.
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in DROPPED and not name.startswith("GIT_")
    }
    kept["PATH"] = os.pathsep.join((*programs, inherited.get("PATH", os.defpath)))
    home = Path(programs[0]).parent if programs else None
    if home and (home / "pyvenv.cfg").is_file():
        kept["VIRTUAL_ENV"] = str(home)
    if paths:
        kept["PYTHONPATH"] = os.pathsep.join(paths)
    return kept


def program(word: str, root: str, path: str) -> str:
    """Return the file of a command's first word.

    Args:
        word: a name, or a path from the project's folder.
        root: that folder.
        path: folders that a name is looked for in.

    Raises:
        BenchError: there is no such program.
    """
    place = shutil.which(os.path.join(root, word) if "/" in word else word, path=path)  # noqa: PTH118
    if place is None:
        raise BenchError(
            f"there is no program {word!r}; no shell reads a command: variables are set by "
            "env NAME=VALUE …, and NAME=COMMAND calls a command NAME"
        )
    return place


def printed(output: bytes, root: str) -> bytes:
    """Return what a command printed, without the folder of its side."""
    return output.replace(root.encode(), b".")


def digest(output: bytes, root: str) -> str:
    """Return a hash of what a command printed; two sides that print the same have the same."""
    return hashlib.sha256(printed(output, root)).hexdigest()[:16]
