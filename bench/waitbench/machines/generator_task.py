"""What a worker of a cluster does for a load: it keeps a generator, in a process of its own.

Nothing is sent or timed in the worker itself. The generator ends when it is told to, with its
worker, and when nobody has asked it for anything for a while: whoever did may have been killed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from waitbench.machines import clean_environment, machine_lock
from waitbench.services.managed_process import ManagedProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

GREETS_WITHIN_S = 60.0
IDLE_S = 60.0
"""A load is on again within seconds, or over; servers take no longer to start."""
_KEPT: dict[str, _Kept] = {}


def clock_ns() -> int:
    """Return this machine's clock."""
    return time.time_ns()


def begin(run: str, name: str, alone: bool) -> str:  # noqa: FBT001 - Dask's call
    """Start the generator of a run here; return why there is none, empty where there is.

    Args:
        run: whose load it is going to send.
        name: of this generator among those of the run.
        alone: whether nothing else may be measured on this machine meanwhile.
    """
    with ExitStack() as stack:
        if not stack.enter_context(machine_lock.held(lambda: False, alone=alone)):
            return "something else is measured there"
        command = [sys.executable, "-P", "-m", "waitbench.loadtest.generator", "load"]
        process = ManagedProcess(command, environ=clean_environment.clean(), hears=True)
        stack.callback(process.end)
        try:
            process.read_line(GREETS_WITHIN_S)
        except (TimeoutError, EOFError):
            return f"its process {process.how_it_ended()}"
        _KEPT[f"{run}/{name}"] = _Kept(process, stack.pop_all())
    return ""


def step(run: str, name: str, order: Mapping[str, Any], within_s: float) -> dict[str, Any]:
    """Have the generator carry out a step; return what it saw, or why it did not, as `failure`."""
    kept = _KEPT.get(f"{run}/{name}")
    return kept.ask(order, within_s) if kept else {"failure": "it has ended"}


def end(run: str) -> None:
    """End the generators of a run."""
    for key in [key for key in _KEPT if key.startswith(f"{run}/")]:
        _KEPT.pop(key).end()


class _Kept:
    """A generator that waits for its next step."""

    def __init__(self, process: ManagedProcess, held: ExitStack) -> None:
        self._process, self._held = process, held
        self._waits()

    def ask(self, order: Mapping[str, Any], within_s: float) -> dict[str, Any]:
        self._idle.cancel()
        try:
            self._process.write_line(json.dumps(order).encode())
            answer: dict[str, Any] = json.loads(self._process.read_line(within_s))
        except (TimeoutError, EOFError, OSError):
            answer = {"failure": f"its process {self._process.how_it_ended()}"}
        self._waits()
        return answer

    def end(self) -> None:
        self._idle.cancel()
        self._held.close()

    def _waits(self) -> None:
        self._idle = threading.Timer(IDLE_S, self.end)
        self._idle.daemon = True
        self._idle.start()
