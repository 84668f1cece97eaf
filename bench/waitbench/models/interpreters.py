"""An InterpreterPoolExecutor of C interpreters in one process, each with a lock of its own."""

from __future__ import annotations

import os
import sys
from concurrent.futures import wait
from contextlib import ExitStack
from select import select
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from waitbench.stopwatch import timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.scenario import TaskSpan, Workload

LOOK_AGAIN_S = 0.01
"""How often it is looked whether an interpreter failed to start."""

_own: dict[str, Callable[[int], Any]] = {}
"""In an interpreter: its task, opened once by the first call."""
_client: list[ExitStack] = []
"""In an interpreter: kept, since a client that is dropped is closed; it ends with the pool."""


class Model:
    """Each imports the workload again; a library that is not made for that refuses to start."""

    form: ClassVar[Literal["sync"]] = "sync"
    notes = ()

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self.width = concurrency
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        from concurrent import futures

        # Looked up by name, since older Pythons have none to import.
        executor = futures.InterpreterPoolExecutor(self.width)  # type: ignore[attr-defined,unused-ignore]  # 3.14
        self._pool = self._open.enter_context(executor)
        self._start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Submit every task; it and its span are pickled on their way, as with processes."""
        return list(self._pool.map(_timed, range(tasks)))

    def _start(self) -> None:
        """Bring all interpreters up: one is started only when none is idle, so they all meet once.

        They share no barrier, but the pipes of a process are open to all its interpreters: each
        says on one that it has come, and reads from the other until it is closed.
        """
        coming, come = os.pipe()
        held, release = os.pipe()
        opened = [
            self._pool.submit(_open_client, self._workload, come, held) for _ in range(self.width)
        ]
        here = 0
        # None is done before all are there, unless it has failed.
        while here < self.width and not any(client.done() for client in opened):
            if select([coming], [], [], LOOK_AGAIN_S)[0]:
                here += len(os.read(coming, self.width))
        os.close(release)
        wait(opened)
        for end in (coming, come, held):
            os.close(end)
        for client in opened:
            client.result()


def unavailable() -> str | None:
    """Return what is missing before Python 3.14."""
    return None if sys.version_info >= (3, 14) else "needs Python 3.14"


def _open_client(workload: Workload, come: int, held: int) -> None:
    _client.append(ExitStack())
    _own["task"] = _client[0].enter_context(workload.sync_client())
    os.write(come, b"1")
    os.read(held, 1)


def _timed(number: int) -> TaskSpan:
    return timed(_own["task"], number)
