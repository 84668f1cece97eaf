"""Child processes with event loops of their own, which nobody watches: found by what they open.

A Python that waits for events has a descriptor for that. One that it inherited waits for its
parent's files.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from multiprocessing import process
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.system.procfs import descendants, read_proc

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_NS = 200_000_000
EVENTS = "anon_inode:[eventpoll]"
INODE = re.compile(rb"\bino:(\w+)")
SERVANTS = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")
"""Python's own, which wait for events and run no loop of the program's."""
MOST_WORDS = 3


class Children:
    """Looks for loops in child processes, once one was started; where nothing tells, none."""

    def __init__(self) -> None:
        self.loops: dict[int, str] = {}
        self._started = False
        self._due_ns = 0
        self._ours: set[bytes] = set()

    def watch(self, replace: Callable[[Any, str, Callable[[Any], Any]], None]) -> None:
        """Notice the first child that is started."""
        for owner, name in (
            (subprocess.Popen, "__init__"),
            (BaseProcess, "start"),
            (os, "fork"),
            (os, "posix_spawn"),
        ):
            if hasattr(owner, name):
                replace(owner, name, self._starting)

    def look(self) -> None:
        """Look at all descendants, if it is time to."""
        now_ns = time.perf_counter_ns()
        if not self._started or now_ns < self._due_ns:
            return
        self._due_ns = now_ns + EVERY_NS
        self._ours |= _waits_for(os.getpid())
        for pid in descendants(os.getpid()):
            if pid in self.loops or not _is_python(pid) or _is_servant(pid):
                continue
            if _waits_for(pid) - self._ours:
                self.loops[pid] = _name(pid)

    def _starting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(*arguments: Any, **options: Any) -> Any:
            self._started = True
            self._ours |= _waits_for(os.getpid())
            return original(*arguments, **options)

        return start


def _is_python(pid: int) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/exe")).name.startswith("python")  # noqa: PTH115
    except OSError:
        return False


def _waits_for(pid: int) -> set[bytes]:
    """Return the files whose events a process waits for, by their numbers in the system."""
    folder, files = f"/proc/{pid}/fd", set()
    try:
        for number in os.listdir(folder):  # noqa: PTH208  a Path costs three times more
            if os.readlink(f"{folder}/{number}") == EVENTS:  # noqa: PTH115
                files |= set(INODE.findall(read_proc(f"/proc/{pid}/fdinfo/{number}")))
    except OSError:
        pass
    return files


def _is_servant(pid: int) -> bool:
    """Return whether a process is one that Python itself started; its children are not."""
    try:
        parent = int(read_proc(f"/proc/{pid}/stat").rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return False
    named = any(servant in word for word in _words(pid) for servant in SERVANTS)
    return parent == os.getpid() and named


def _name(pid: int) -> str:
    """Return what a child is called: as a process of multiprocessing, or by its command line."""
    started: set[BaseProcess] = getattr(process, "_children", set())
    names = [child.name for child in tuple(started) if child.pid == pid]
    return names[0] if names else " ".join(_words(pid)[:MOST_WORDS])


def _words(pid: int) -> list[str]:
    try:
        words = read_proc(f"/proc/{pid}/cmdline").decode(errors="replace").split("\0")
    except OSError:
        return []
    return [Path(words[0]).name, *words[1:]]
