"""The pipe to the race: orders in, answers out, a JSON object a line; its end is our end."""

from __future__ import annotations

import json
import mmap
import os
import signal
from contextlib import suppress
from typing import Any

PROTOCOL = 1
"""That of `waitbench.race.worker`."""
_PR_SET_PDEATHSIG = 1


class Desk:
    """Where orders come in; standard input and output are the pipe's no more."""

    def __init__(self) -> None:
        self._over = False
        self._owner = os.getpid()
        self._came_back = mmap.mmap(-1, 1)
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._orders = os.fdopen(os.dup(0), encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.close(nothing)
        _end_with_parent()

    def answer(self, message: dict[str, Any]) -> None:
        """Answer the last order."""
        self._end_if_forked()
        self._answers.write(json.dumps(message) + "\n")
        self._answers.flush()

    def order(self) -> dict[str, Any]:
        """Return the next order; where nobody is left to give one, the process ends."""
        self._end_if_forked()
        line = self._orders.readline()
        if not line:
            if os.getpgrp() == os.getpid():  # started by the race, it leads a group: its children
                os.killpg(0, signal.SIGKILL)
            os._exit(1)
        order: dict[str, Any] = json.loads(line)
        self._over = order["op"] == "exit"
        return order

    def over(self) -> bool:
        """Whether the race has no more orders."""
        return self._over

    def child_came_back(self) -> bool:
        """Whether a child that a test forked has come back out of the call; it is ended."""
        self._end_if_forked()
        came_back = self._came_back[0] != 0
        self._came_back[0] = 0
        return came_back

    def _end_if_forked(self) -> None:
        if os.getpid() != self._owner:
            self._came_back[0] = 1
            os._exit(1)


def _end_with_parent() -> None:
    """Have Linux end this process where the race is killed while a test computes on and on."""
    with suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
