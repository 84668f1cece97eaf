"""Ways to leave that run nothing after them: what was found has to be told before."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from waitbench.doctor.program import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

EXECS = ("execv", "execve")
"""All others of their kind come down to these."""


class Leaving:
    """Tells once, in the process that is examined and not in its forked children."""

    def __init__(self, report: Callable[[Ending], int | None]) -> None:
        self._report, self._pid = report, os.getpid()
        self.told = False

    @property
    def elsewhere(self) -> bool:
        """Whether this is a forked child of the process that is examined."""
        return os.getpid() != self._pid

    def watch(self, replace: Callable[[Any, str, Callable[[Any], Any]], None]) -> None:
        """Stand before every way out."""
        replace(os, "_exit", self._exiting)
        replace(os, "abort", self._aborting)
        replace(os, "kill", self._killing)
        for name in EXECS:
            replace(os, name, self._becoming)

    def tell(self, ending: Ending) -> int | None:
        """Print what was found; return the status to leave with, None where it is not ours."""
        if self.told or self.elsewhere:
            return None
        self.told = True
        return self._report(ending)

    def _exiting(self, original: Callable[[int], None]) -> Callable[[int], None]:
        def _exit(status: int) -> None:
            error = f"it left by os._exit({status})" if status else None
            ours = self.tell(Ending(error=error))
            original(status if ours is None else ours)

        return _exit

    def _aborting(self, original: Callable[[], None]) -> Callable[[], None]:
        def abort() -> None:
            self.tell(Ending(error="it left by os.abort()"))
            original()

        return abort

    def _killing(self, original: Callable[[int, int], None]) -> Callable[[int, int], None]:
        def kill(pid: int, number: int) -> None:
            if pid == self._pid and number == signal.SIGKILL:
                self.tell(Ending(error="it killed itself by SIGKILL"))
            original(pid, number)

        return kill

    def _becoming(self, original: Callable[..., object]) -> Callable[..., object]:
        def become(*arguments: object, **options: object) -> object:
            self.tell(Ending(became=str(arguments[0]) if arguments else "another program"))
            return original(*arguments, **options)

        return become
