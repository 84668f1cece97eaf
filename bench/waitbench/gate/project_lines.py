"""Command lines of a project, run in its folder to their end, with all that they started."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from waitbench.gate.repository import last_line
from waitbench.services import processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WITHIN_S = 1800


def complaint(
    line: str | Sequence[str], place: Path, environ: Mapping[str, str | None]
) -> str | None:
    """Run a line and return why it did not succeed; None if it did.

    Args:
        line: for the shell, or the words of a command.
        place: the folder that it is run in.
        environ: laid over our environment, which is handed on without git's variables; None takes
            one away.
    """
    inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    laid_over = {**inherited, **environ}
    variables = {name: value for name, value in laid_over.items() if value is not None}
    done = None
    try:
        with suppress(subprocess.TimeoutExpired):
            done = _finished(line, place, variables)
    except OSError as refused:
        return f"could not be started: {refused.strerror}"
    if done is None:
        return f"was not done in {WITHIN_S} s"
    if done.returncode:
        return f"failed with status {done.returncode}: {last_line(done.stderr or done.stdout)}"
    return None


def _finished(
    line: str | Sequence[str], place: Path, environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a line to its end; stopped or late, all that it started ends with it."""
    with subprocess.Popen(
        line,
        shell=isinstance(line, str),
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environ,
        start_new_session=True,
    ) as process:
        try:
            printed, complaints = process.communicate(timeout=WITHIN_S)
        except BaseException:
            processes.end_group(process.pid)
            raise
    return subprocess.CompletedProcess(line, process.returncode, printed, complaints)
