"""Importing somebody's module under a watch: what its own code took, printed and started."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import sysconfig
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from waitbench.user_code.children import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType, ModuleType

MOST_S = 6.0
"""Longer than this nobody waits for an import: it is a job, a server, or asks something."""
AGAIN_S, MOST_TIMES, HANGS = 0.5, 5, 71
"""So often it is interrupted until it lets go: leaving a pool waits for the pool once more; what
never lets go ends the process, with this status."""
LONG_NS = 3_000_000_000
"""Code of the user's own that takes so long at import is a job, whatever it does."""
JOB_NS = 1_000_000_000
"""So long it is one if it prints or starts something as well."""
GUARD = 'put what is to run under `if __name__ == "__main__":`'
"""The cure."""


class ImportTooLongError(BaseException):
    """An import was interrupted; not to be caught by what is being imported."""


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import did.

    Attributes:
        own_ns: wall of code that is not installed, so that a heavy library is none of it.
        foreign_ns: wall of what is installed.
        printed_bytes: what it wrote to the terminal.
        started: what it started, in words: processes that ended, or threads that still run.
        pooled: whether it started worker processes, each of which imports it once more.
    """

    own_ns: int = 0
    foreign_ns: int = 0
    printed_bytes: int = 0
    started: list[str] = field(default_factory=list)
    pooled: bool = False

    @property
    def is_job(self) -> bool:
        """Whether it surely did the user's work, which each process that imports it does anew."""
        deeds = self.printed_bytes or self.started
        return self.pooled or bool(self.own_ns >= JOB_NS and deeds)

    @property
    def is_long(self) -> bool:
        """Whether it took so long that it hardly only defined things."""
        return self.own_ns >= LONG_NS

    def deeds(self) -> str:
        """Return what it did, in words."""
        clauses = [f"took {self.own_ns / 1e9:.2g} s"]
        if self.printed_bytes:
            clauses.append(f"printed {self.printed_bytes:,} bytes")
        return ", ".join([*clauses, *(f"started {what}" for what in self.started)])


@contextmanager
def import_watched() -> Iterator[Imported]:
    """Watch an import; one that takes too long is interrupted where it stands.

    Raises:
        ImportTooLongError: says after how long, and at which line.
    """
    seen, threads = Imported(), set(threading.enumerate())
    ended, workers, before = _ended_children(), _workers_made(), children()
    start_ns = perf_counter_ns()
    with _installed_apart(seen) as foreign_ns, _connections_noted(seen), _interrupted(foreign_ns):
        yield seen
    seen.own_ns = perf_counter_ns() - start_ns - seen.foreign_ns
    seen.pooled = _workers_made() != workers
    if seen.pooled or children() - before or _ended_children() != ended:
        seen.started.append("processes")
    if running := [thread for thread in threading.enumerate() if thread not in threads]:
        seen.started.append("a thread" if len(running) == 1 else f"{len(running)} threads")


@contextmanager
def _connections_noted(seen: Imported) -> Iterator[None]:
    """Note to whom sockets connect meanwhile."""

    def connect(sock: socket.socket, address: Any) -> None:
        whom = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
        seen.started.append(f"a connection to {whom}")
        original(sock, address)

    kind, original = socket.socket, socket.socket.connect  # gevent puts another in its place
    setattr(kind, "connect", connect)  # noqa: B010 - a method of C
    try:
        yield
    finally:
        setattr(kind, "connect", original)  # noqa: B010 - as above


def _workers_made() -> str:
    """Return what changes with every worker process: the counter that names them."""
    module = sys.modules.get("multiprocessing.process")
    return repr(getattr(module, "_process_counter", "count(1)"))


def _ended_children() -> int:
    """Return a count that grows with every child that was waited for: its page faults."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt


@contextmanager
def _installed_apart(seen: Imported) -> Iterator[Callable[[], int]]:
    """Take the time of modules that are installed, or Python's own, apart; tell it so far."""
    roots = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
    depth = began_ns = 0

    def wrapped(original: Any) -> Any:
        def exec_module(loader: Any, module: ModuleType) -> None:
            nonlocal depth, began_ns
            if depth or not str(getattr(loader, "path", "")).startswith(roots):
                original(loader, module)
                return
            depth, began_ns = 1, perf_counter_ns()
            try:
                original(loader, module)
            finally:
                depth = 0
                seen.foreign_ns += perf_counter_ns() - began_ns

        return exec_module

    loaders: tuple[Any, ...] = (SourceFileLoader, ExtensionFileLoader)
    kept = [vars(loader).get("exec_module") for loader in loaders]
    for loader in loaders:
        loader.exec_module = wrapped(loader.exec_module)
    try:
        yield lambda: seen.foreign_ns + (perf_counter_ns() - began_ns if depth else 0)
    finally:
        for loader, original in zip(loaders, kept, strict=True):
            if original is None:
                del loader.exec_module
            else:
                loader.exec_module = original


@contextmanager
def _interrupted(foreign_ns: Callable[[], int]) -> Iterator[None]:
    """Interrupt what runs too long, where signals can: in the main thread.

    Args:
        foreign_ns: tells what of the time so far is that of installed modules: a heavy library is
            no job.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    start_ns, times = perf_counter_ns(), 0

    def interrupt(_: int, frame: FrameType | None) -> None:
        nonlocal times
        left_s = MOST_S - (perf_counter_ns() - start_ns - foreign_ns()) / 1e9
        if left_s > 0 and not times:
            signal.setitimer(signal.ITIMER_REAL, left_s, AGAIN_S)
            return
        times += 1
        if times > MOST_TIMES:
            os._exit(HANGS)
        raise ImportTooLongError(_where(frame))

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, MOST_S, AGAIN_S)
    try:
        yield
    finally:
        with suppress(ImportTooLongError):
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _where(frame: FrameType | None) -> str:
    """Return the line of a module that was being run: the one that its import came to."""
    while frame:
        if frame.f_code.co_name == "<module>" and "importlib" not in frame.f_code.co_filename:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
