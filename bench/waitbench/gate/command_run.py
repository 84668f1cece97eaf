"""One start of a command on one side: how it ended, what it took, what it printed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate import project_lines
from waitbench.gate.repository import last_line
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.user_code import command_line

if TYPE_CHECKING:
    from waitbench.gate.benchmark import Side
    from waitbench.gate.commands import Command

WITHIN_S = 60
"""A start that takes longer is not raced: a gate has to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One start of a command.

    Attributes:
        status: its exit status.
        seconds: that it took.
        peak_bytes: memory of its largest process; None where it is smaller than can be told.
        output: what it printed, without the folder of its side.
        complaint: last line of its standard error.
    """

    status: int
    seconds: float
    peak_bytes: int | None
    output: bytes
    complaint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the commands of one side are run.

    Attributes:
        side: base or head.
        paths: folders of modules before all that is installed.
        folder: for what is printed.
    """

    side: Side
    paths: tuple[str, ...]
    folder: Path

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
    with subprocess.Popen(
        asked,
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            answer, fault = process.communicate(timeout=WITHIN_S)
        except subprocess.TimeoutExpired:
            processes.end_group(process.pid)
            raise BenchError(f"it took more than {WITHIN_S} s") from None
        except BaseException:
            processes.end_group(process.pid)
            raise
    if process.returncode:
        raise BenchError(f"it could not be run: {last_line(fault.decode(errors='replace'))}")
    return Run(
        **json.loads(answer),
        output=command_line.printed(output.read_bytes(), str(root)),
        complaint=last_line(complaints.read_text(errors="replace")),
    )
