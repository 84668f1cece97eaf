"""The processes that are measured: what they inherit, how they end, and what that is called.

`python -m waitbench.services.processes PID` ends the group that this process leads: for one that
is in it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from waitbench.system import checkout

if TYPE_CHECKING:
    import subprocess

GIVE_BACK_WITHIN_S = 1.0
"""How long a group that was told to end may take before it is made to."""

DEBUGGING = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONMALLOC")
"""Switches that slow Python down for its owner's debugging: they would be measured instead."""


def environment() -> dict[str, str]:
    """Return our environment without the switches for debugging."""
    return {name: value for name, value in os.environ.items() if name not in DEBUGGING}


def environment_of_ours() -> dict[str, str]:
    """Return that environment for `python -P -m` with a module of this checkout."""
    path = os.pathsep.join(filter(None, (checkout.import_path(), os.environ.get("PYTHONPATH"))))
    return {**environment(), "PYTHONPATH": path}


def spare_main_module() -> None:
    """Keep children of our pools from running our main module anew, as those of a script do.

    It holds nothing that they need, and its imports would be billed to the pool as start-up.
    """
    ours = sys.modules["__main__"]
    ours.__spec__ = None
    vars(ours).pop("__file__", None)


def signal_name(number: int) -> str:
    """Return a signal's name, such as SIGKILL; a real-time one has only its number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def wait_for_end_of_input() -> None:
    """Return when this process's stdin has ended, as it does with whoever started it.

    A thread that waited for that in `sys.stdin` would hold its lock: at the end of the process
    CPython waits a second for the lock, and then aborts (3.11.7 to 3.15.2).
    """
    while os.read(0, 1 << 12):
        pass


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, and the whole group; also what it left when it ended."""
    end_group(process.pid)
    process.wait()


def end_group(leader: int) -> None:
    """End all processes of a group, with nothing of theirs left in the system.

    A killed pool cannot remove its semaphores from /dev/shm: Python has a resource tracker for
    that, which is of the group, too. It ignores SIGTERM and ends by itself when all others are
    gone. So that is sent first, and only what has not heard it a moment later is killed.
    """
    try:
        os.killpg(leader, signal.SIGTERM)
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGKILL)
        until_s = time.monotonic() + GIVE_BACK_WITHIN_S
        while _lives(leader) and time.monotonic() < until_s:
            time.sleep(0.01)
    except (ProcessLookupError, PermissionError):
        return  # macOS answers EPERM for a group of which only the dead are left
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def _lives(group: int) -> bool:
    """Check whether a process of the group still runs; zombies do not count."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


if __name__ == "__main__":
    end_group(int(sys.argv[1]))
