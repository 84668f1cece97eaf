"""One start of a command on one side: how it ended, what it took, what it printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate import opened_files, project_lines
from waitbench.gate.repository import last_line
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.user_code import command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.benchmark import Side
    from waitbench.gate.commands import Command

WITHIN_S = 60
"""A start that takes longer is not raced: a gate has to end."""


PYTHON = re.compile(r"(python|pypy)[\d.]*")
LONGEST_LINE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One start of a command.

    Attributes:
        status: its exit status.
        seconds: that it took.
        peak_bytes: memory of its largest process; None where it is smaller than can be told.
        output: what it printed, without the folder of its side.
        complaint: last line of its standard error.
        opened: files of the checkout that it read; empty where that cannot be told.
    """

    status: int
    seconds: float
    peak_bytes: int | None
    output: bytes
    complaint: str
    opened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the commands of one side are run.

    Attributes:
        side: base or head.
        paths: folders of modules before all that is installed.
        folder: for what is printed.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    side: Side
    paths: tuple[str, ...]
    folder: Path
    away: Path

    @property
    def variables(self) -> dict[str, str]:
        """The variables that a command runs under."""
        inherited = processes.environment()
        return command_line.variables(inherited, self.side.programs, self.paths)


def run(command: Command, place: Place) -> Run:
    """Run a command once.

    Raises:
        BenchError: it cannot be run, or not in time.
    """
    root, variables = place.side.root, place.variables
    words = command_line.words(command.command)
    program = command_line.program(words[0], str(root), variables["PATH"])
    if command.setup:
        wrong = project_lines.complaint(command.setup, root, variables)
        if wrong:
            raise BenchError(f"setup {command.setup!r} {wrong}")
    output, complaints = (place.folder / f"{kind}-{place.side.name}" for kind in ("out", "err"))
    script = str(Path(__file__).with_name("_command_run.py"))
    asked = [sys.executable, "-I", "-S", script, program, str(output), str(complaints), *words]
    notes = place.folder / f"opened-by-command-{place.side.name}"
    notes.unlink(missing_ok=True)
    with subprocess.Popen(
        asked,
        cwd=root,
        env=opened_files.watched(variables, notes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            answer, fault = process.communicate(timeout=WITHIN_S)
        except subprocess.TimeoutExpired:
            raise BenchError(f"it took more than {WITHIN_S} s") from None
        finally:
            processes.end_group(process.pid)  # also what it left behind
    if process.returncode:
        raise BenchError(f"it could not be run: {last_line(fault.decode(errors='replace'))}")
    told, noted = json.loads(answer), opened_files.read(notes)
    if path := opened_files.stray(noted, place.away):
        raise BenchError(
            f"it runs {plain(path)}, which is of your own tree and on neither side: it is "
            "installed there; name its folder in `paths` of [tool.waitbench.gate], or set "
            "`environment`"
        )
    seen = str(told.pop("pid")) in noted and not command.setup and _is_python(program)
    return Run(
        **told,
        output=command_line.printed(output.read_bytes(), str(root)),
        complaint=last_line(complaints.read_text(errors="replace")),
        opened=_opened(noted, words, place.side) if seen else frozenset(),
    )


def _opened(noted: list[str], words: Sequence[str], side: Side) -> frozenset[str]:
    """Return the files of the checkout that a command read, those that its line names too."""
    named = [os.path.abspath(side.root / word) for word in words]  # noqa: PTH100 - links stay
    return opened_files.of_checkout([*noted, *named], side.top or side.root, side.root)


def _is_python(program: str) -> bool:
    """Whether a program is Python or a script of it: what another one reads is not seen."""
    if PYTHON.fullmatch(Path(program).name):
        return True
    with suppress(OSError), Path(program).open("rb") as file:
        first = file.readline(LONGEST_LINE)
        return first.startswith(b"#!") and b"python" in first
    return False
