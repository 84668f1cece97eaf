"""A ProcessPoolExecutor of C processes, each with a client of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import forkserver
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from waitbench.perfmodel.chunks import even_chunk
from waitbench.services.temporary_folder import for_fork_server
from waitbench.stopwatch import timed
from waitbench.system import lazy_imports

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import BaseContext
    from multiprocessing.synchronize import Barrier

    from waitbench.scenario import TaskSpan, Workload

MOST = 64
"""More processes than this are refused: each costs megabytes, and a laptop should survive."""
_own: dict[str, Callable[[int], Any]] = {}
"""In a pool's child: its task, opened once by the initializer."""
_first_pool_ns: int | None = None
"""What the first pool of a process waits for beside its own children: the fork server."""
_held = ExitStack()
"""In a pool's child: its client. Never left, the child ends with the pool; but kept, for a client
that nobody holds is closed at once."""


class Model:
    """Children come from a fork server, where the system has one, and are all up before a round."""

    form: ClassVar[Literal["sync"]] = "sync"

    def __init__(self, workload: Workload, concurrency: int) -> None:
        self.width = min(concurrency, MOST)
        self.notes: tuple[str, ...] = ()
        if self.width < concurrency:
            self.notes = (f"held to {MOST} processes of the {concurrency} asked for",)
        self._context = start_context()
        self.state = {"first_pool_ns": _first_pool_ns}
        self._workload = workload
        self._open = ExitStack()

    def __enter__(self) -> Self:
        context = self._context
        everyone = context.Barrier(self.width)
        pool = ProcessPoolExecutor(
            self.width, context, initializer=_open_client, initargs=(self._workload, everyone)
        )
        self._pool = self._open.enter_context(pool)
        # A pool starts a child only when none is idle: make them all wait for each other once.
        list(self._pool.map(_meet, range(self.width)))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def run(self, tasks: int) -> list[TaskSpan]:
        """Hand all tasks to the pool in chunks; clock readings of all processes are comparable."""
        chunk = even_chunk(tasks, self.width)
        return list(self._pool.map(timed_here, range(tasks), chunksize=chunk))


def start_context() -> BaseContext:
    """Choose how children are started: by a fork server where there is one, else by spawn.

    What the server imports beforehand is up to who runs us (`set_forkserver_preload`). It is up
    when this returns: like any import, it is no part of the start-up that is timed, which is that
    of a later pool; what a first one waits for is a figure of its own.
    """
    global _first_pool_ns  # noqa: PLW0603 - there is one fork server in a process
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    for_fork_server()
    context = multiprocessing.get_context("forkserver")
    if _first_pool_ns is None:
        began_ns = time.perf_counter_ns()
        forkserver.ensure_running()
        child = context.Process(target=os.getpid)  # it answers when all is imported
        child.start()
        child.join()
        _first_pool_ns = time.perf_counter_ns() - began_ns
    return context


def _open_client(workload: Workload, everyone: Barrier) -> None:
    lazy_imports.touch()
    threading.Thread(target=end_with_parent, daemon=True).start()
    _own["task"] = _held.enter_context(workload.sync_client())
    _own["meet"] = lambda _: everyone.wait()


def end_with_parent() -> None:
    """Leave at once when the pool's owner is gone; a pool's child would else wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _meet(number: int) -> int:
    return int(_own["meet"](number))


def timed_here(number: int) -> TaskSpan:
    """Run one task in a pool's child."""
    return timed(_own["task"], number)
