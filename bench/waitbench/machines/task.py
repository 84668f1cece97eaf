"""The task that Dask runs for a launch: it starts a process, waits for it, and ends it if need be.

Nothing is measured in the worker itself. Dask cannot stop what runs, but its worker knows at once
that a task was cancelled, by whoever ordered it or because that one has gone: then the launch ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.machines import clean_environment, machine_lock
from waitbench.machines.launch import ANSWER, ORDER, PATIENCE_S
from waitbench.services import processes
from waitbench.services.temporary_folder import swept_with_process

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKS_EVERY_S = 0.1
TWICE, STOPPED, OVERDUE = "twice", "stopped", "overdue"
Outcome = tuple[str, str]
"""What became of a launch: `answer`, `failed`, or one of the words above; and a text."""


def measure(order: bytes, token: str, within_s: float, alone: bool) -> Outcome:  # noqa: FBT001 - Dask's call
    """Run one launch in a process of its own, and return its answer as text.

    Args:
        order: a packed `Order`.
        token: of this very attempt, made before it was submitted.
        within_s: the longest that the process may run.
        alone: whether no other launch may run on this machine meanwhile.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing"

    return attempted(order, token, within_s, wanted, alone=alone)


def attempted(
    order: bytes, token: str, within_s: float, wanted: Callable[[], bool], *, alone: bool
) -> Outcome:
    """Run one launch, as `measure` does, for as long as somebody wants it.

    Args:
        order: a packed `Order`.
        token: of this attempt.
        within_s: the longest that the process may run.
        wanted: whether anybody still waits for it.
        alone: whether no other launch may run on this machine meanwhile.
    """
    folder = Path(tempfile.gettempdir()) / f"waitbench-launch-{token}"
    with machine_lock.held(wanted, alone=alone) as held:
        if not held:
            return STOPPED, ""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return TWICE, ""
        held_by_us = swept_with_process(folder)
        try:
            (folder / ORDER).write_bytes(order)
            return _run(folder, within_s, wanted)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held_by_us)


def _run(folder: Path, within_s: float, wanted: Callable[[], bool]) -> Outcome:
    complaints = folder / "complaints"
    with complaints.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "waitbench.machines.launch", str(folder)],
            env=clean_environment.clean(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=file,
            cwd=folder,
            start_new_session=True,
        )
    until_s = time.monotonic() + within_s
    try:
        while process.poll() is None:
            if time.monotonic() > until_s:
                return OVERDUE, f"it took more than {within_s:.0f} s"
            if not wanted():
                return STOPPED, ""
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOKS_EVERY_S)
    finally:
        _end(process)
    answer = folder / ANSWER
    if answer.is_file():
        return "answer", answer.read_text(encoding="utf-8")
    return "failed", _how(process.returncode, complaints.read_text(errors="replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a launch in order, or else with all of its group."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
    processes.end_group(process.pid)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _how(status: int, complaints: str) -> str:
    ended = (
        f"was ended by {processes.signal_name(-status)}" if status < 0 else f"ended with {status}"
    )
    last = complaints.strip().rpartition("\n")[2]
    return f"its process {ended}" + (f" ({last})" if last else "")
