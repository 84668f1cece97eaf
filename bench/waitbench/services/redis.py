"""The Redis that a run starts for itself, where redis-server is installed, and stops again."""

from __future__ import annotations

import json
import shutil
from typing import Self

from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess
from waitbench.system.cpu import tree_of_ns

HOW = "needs redis-server: install it (apt install redis-server, brew install redis)"
PROGRAMS = ("redis-server", "valkey-server")
READY_WITHIN_S = 40.0
STOP_WITHIN_S = 10.0


class Redis:
    """A fresh server on 127.0.0.1 for the length of a `with` block, kept by `redis_server`.

    Attributes:
        dsn: its URL, with its password.
    """

    def __init__(self) -> None:
        self.dsn = ""
        self._process: ManagedProcess | None = None

    def __enter__(self) -> Self:
        program = find()
        if program is None:
            raise BenchError(HOW)
        self._process = process = ManagedProcess.of_module(
            "waitbench.services.redis_server", program, hears=True
        )
        try:
            self.dsn = json.loads(process.read_line(READY_WITHIN_S))["dsn"]
        except (TimeoutError, EOFError):
            why = (process.complaints() or ["it said nothing"])[-1]
            self.__exit__()
            raise BenchError(f"Redis did not start: {why}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close_input()
            process.end(STOP_WITHIN_S)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.alive

    def cpu_ns(self) -> int:
        """CPU nanoseconds so far: what it takes in a round is the contestant's doing."""
        return tree_of_ns(self._process.pid) if self._process and self.alive else 0


def find() -> str | None:
    """Return the path of the server's program, if it is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def unavailable() -> str | None:
    """Return how to get a Redis, where none is installed."""
    return None if find() else HOW
