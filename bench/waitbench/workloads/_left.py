"""Calls in, out whether each leaves something running: a thread, or a child process."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.user_code.children import children

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LOOKED_AT = (1, 2)
"""The second and the third call: pools that stay were started by the first, and leave no more."""
GRACE_S = 0.1
"""What ends so soon afterwards was not left behind."""


class Left:
    """Looks at a few calls for what they leave behind; refuses the next if each left something.

    A pool of threads that serves all calls is started once. What every call starts anew, and does
    not wait for, computes into the next call's time, and thousands of calls leave thousands of it.
    """

    def __init__(self) -> None:
        self._calls = 0
        self._processes: list[set[str]] = []
        self._threads: list[set[threading.Thread]] = []
        self._refused = ""

    def seen(self, call: Callable[[], Any]) -> Any:
        """Make a call.

        Raises:
            RuntimeError: two calls before it left something running.
        """
        number, self._calls = self._calls, self._calls + 1
        if number == LOOKED_AT[-1] + 1:
            self._refused = self._judged()
        if self._refused:
            raise RuntimeError(self._refused)
        if number not in LOOKED_AT:
            return call()
        threads, processes = set(threading.enumerate()), children()
        result = call()
        self._processes.append(children() - processes)
        self._threads.append(set(threading.enumerate()) - threads)
        return result

    def _judged(self) -> str:
        """Return what each of the calls looked at has left; empty where some left nothing."""
        if not all(self._processes) and not all(self._threads):
            return ""
        time.sleep(GRACE_S)
        what = ""
        if all(any(map(_runs, processes)) for processes in self._processes):
            what = "a process"
        elif all(any(thread.is_alive() for thread in threads) for threads in self._threads):
            what = "a thread"
        return what and (
            f"each call leaves {what} running, which computes into the next one's time: "
            "wait for it within the call"
        )


def _runs(process: str) -> bool:
    """Whether it has not ended; one that ended and was not waited for runs no more."""
    try:
        stat = Path("/proc", process, "stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}
