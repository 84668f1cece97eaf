"""A workload's temporary folder: it goes with the workload, or with the killed process."""

from __future__ import annotations

import contextlib
import multiprocessing.process
import os
import shutil
import subprocess
import tempfile
import weakref
from pathlib import Path

_BROOM = 'cd /; exec 3<&0; { read -r _ <&3; rm -rf -- "$1"; } &'
"""A background shell that waits for the end of its input: the end of who made the folder."""


def folder_of(owner: object) -> Path:
    """Make an empty folder that is removed when `owner` is, in this process and no copy of it.

    A worker that is in the way is killed without a word, so a shell of a session of its own waits
    to remove the folder then. It is nobody's child, and sleeps: no meter of ours sees it.
    """
    folder = Path(tempfile.mkdtemp(prefix="waitbench-"))
    weakref.finalize(owner, _remove, folder, swept_with_process(folder))
    return folder


def swept_with_process(folder: Path) -> int:
    """Have a folder removed when this process ends, however that is.

    Returns:
        a descriptor: whoever closes it has the folder removed at once.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as held:
        subprocess.run(
            ["/bin/sh", "-c", _BROOM, "waitbench", folder],
            stdin=held,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
        )
    return writing


def for_fork_server() -> None:
    """Give this process's fork server, before it starts, a folder for its socket that goes with it.

    The one that `multiprocessing` makes by itself stays where its process is killed.
    """
    settings = multiprocessing.process.current_process()._config  # type: ignore[attr-defined] # noqa: SLF001
    if "tempdir" not in settings:
        settings["tempdir"] = os.fspath(folder_of(multiprocessing.process.current_process()))


def _remove(folder: Path, writing: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(writing)
