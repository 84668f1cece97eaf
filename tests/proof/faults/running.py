"""A trial in, its ending out: one command in a folder of its own, and all that it leaves."""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from tests.proof.faults import samples
from tests.proof.faults.child import become
from tests.proof.faults.trial import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.proof.faults.trial import Stop, Trial

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_S = 5.0
"""That processes have to end in, once the command has."""
LARGEST = 4 << 20
"""Bytes of an output, or of a file that was made, that are looked at."""
USUAL = {"folder/kept.txt": b"kept\n", "empty.json": b"", "binary.json": bytes(range(256))}
"""Files that lie in the folder of each trial."""


def adopt_orphans() -> None:
    """Make this process the parent of all that its children leave behind, so that it is seen."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run(trial: Trial, scratch: Path) -> Ending:
    """Carry out a trial in a folder that is made anew, and look at what it left."""
    here, tmp, home = (scratch / name for name in ("here", "tmp", "home"))
    for folder in (here, tmp, home):
        _removed(folder)
        folder.mkdir(parents=True)
    if trial.repository:
        shutil.copytree(samples.repository(scratch.parent), here, dirs_exist_ok=True)
    files = {**USUAL, **trial.files}
    for name, content in files.items():
        place = here / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if trial.committed:
        samples.git(here, "add", "--all")
        samples.git(here, "commit", "-q", "-m", "its own")
    for name in trial.locked:
        (here / name).chmod(0o555)
    pipes = os.pipe(), os.pipe()
    began_s = time.monotonic()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        become(trial, here, {"TMPDIR": str(tmp), "HOME": str(home)}, pipes)
    for _, end in pipes:
        os.close(end)
    status, hung, texts = _watched(trial, child, (pipes[0][0], pipes[1][0]), began_s)
    took_s = time.monotonic() - began_s
    return Ending(
        status=status,
        output=texts[0],
        complaint=texts[1],
        took_s=took_s,
        hung=hung,
        processes=_orphans(),
        left=tuple(
            str(path.relative_to(scratch)) for of in (tmp, home) for path in sorted(of.iterdir())
        ),
        made=_made(here, files),
    )


def _watched(
    trial: Trial, child: int, pipes: tuple[int, int], began_s: float
) -> tuple[int, bool, tuple[bytes, bytes]]:
    """Return the status of a command, whether it hung, and what it wrote."""
    texts: dict[int, bytes] = dict.fromkeys(pipes, b"")
    open_pipes, hung, stop = list(pipes), False, trial.stop
    while True:
        ready, _, _ = select.select(open_pipes, [], [], 0.01)
        for pipe in ready:
            content = os.read(pipe, 1 << 16)
            texts[pipe] = (texts[pipe] + content)[:LARGEST]
            if not content:
                open_pipes.remove(pipe)
        if not ready or not open_pipes:
            ended, code = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            if not open_pipes:
                time.sleep(0.01)
        now_s = time.monotonic() - began_s
        if stop and now_s >= stop.after_s and _stopped(stop, child):
            stop = None
        if now_s > trial.limit_s and not hung:
            hung = True
            os.killpg(child, signal.SIGKILL)
    for pipe in pipes:
        os.close(pipe)
    return os.waitstatus_to_exitcode(code), hung, (texts[pipes[0]], texts[pipes[1]])


def _stopped(stop: Stop, child: int) -> bool:
    """Send the signals, and return whether there was anybody to get them."""
    with suppress(psutil.Error, ProcessLookupError):
        process = psutil.Process(child)
        whom = [process]
        if stop.whom:
            whom = [
                inner
                for inner in process.children(recursive=True)
                if stop.whom in " ".join(inner.cmdline())
            ]
        for number in stop.signals:
            for each in whom[:1]:
                os.kill(each.pid, number)
            time.sleep(stop.pause_s)
        return bool(whom)
    return False


def _orphans() -> tuple[str, ...]:
    """Return what is left of a trial once there was time to end, and end it."""
    until_s = time.monotonic() + PATIENCE_S
    own = psutil.Process()
    while children := [one for one in own.children(recursive=True) if _runs(one)]:
        if time.monotonic() > until_s:
            break
        time.sleep(0.02)
    left = []
    for process in children:
        with suppress(psutil.Error):
            left.append(" ".join(process.cmdline())[:200])
            process.kill()
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return tuple(left)


def _runs(process: psutil.Process) -> bool:
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return True
        if process.ppid() == os.getpid():
            os.waitpid(process.pid, os.WNOHANG)
    except (psutil.Error, ChildProcessError):
        pass
    return False


def _made(here: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    made = {}
    for path in sorted(here.rglob("*")):
        name = str(path.relative_to(here))
        if ".git" in path.parts or "__pycache__" in path.parts or not path.is_file():
            continue
        if path.stat().st_size > LARGEST:
            continue
        content = path.read_bytes()
        if files.get(name) != content:
            made[name] = content
    return made


def _removed(folder: Path) -> None:
    if folder.exists():
        for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
            inner.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
