"""Coroutines never awaited, tasks that failed unseen or were dropped, sessions left open."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import time
import types
import warnings
from asyncio import runners
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from waitbench.doctor import source_lines
from waitbench.doctor.findings import Finding
from waitbench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.doctor.findings import Kind, SourceLine

FAILED = (
    "Task exception was never",
    "Future exception was never",
    "Exception in callback",
    "unhandled exception during asyncio.run() shutdown",
)
DROPPED = "Task was destroyed but it is pending"
UNCLOSED = "Unclosed "
"""How loops begin their reports to their exception handler."""

REPORTED_ALIVE: set[int] = set()
"""Ids of coroutines that an examination met at its end: not to be reported again when they go."""


@dataclass(slots=True)
class Leaks:
    """What was lost so far; each coroutine and task is reported once."""

    began_ns: int = field(default_factory=time.perf_counter_ns)
    findings: list[Finding] = field(default_factory=list)
    opened: dict[int, tuple[Any, SourceLine | None]] = field(default_factory=dict)
    reported: WeakSet[Any] = field(default_factory=WeakSet)
    quiet: bool = False
    """Set when the program was stopped: what is thrown away from then on is no fault of its own."""

    def add(self, kind: Kind, subject: str, place: SourceLine | None, detail: str = "") -> None:
        """Keep one finding, unless the program was stopped."""
        first_ns = time.perf_counter_ns() - self.began_ns
        if not self.quiet:
            self.findings.append(
                Finding(kind=kind, subject=subject, place=place, detail=detail, first_ns=first_ns)
            )

    def unawaited(self, coroutine: Any) -> SourceLine | None:
        """Keep a coroutine that is being collected and never began; return the line that made it.

        It is past the point where its weak references were cleared: a new one would dangle.
        """
        place = source_lines.origin(coroutine)
        if id(coroutine) in REPORTED_ALIVE:
            REPORTED_ALIVE.remove(id(coroutine))
        else:
            self.add("forgotten", coroutine.__qualname__, place)
        return place

    def stop(self, *_: object) -> None:
        """Keep nothing more: what a stopped program throws away is not lost by it."""
        self.quiet = True

    def on_exception(self, loop: Any, context: dict[str, Any]) -> None:
        """Keep what a loop reports to its exception handler, if it is a leak."""
        del loop
        message = str(context.get("message", ""))
        future = context.get("task") or context.get("future")
        if message.startswith(FAILED):
            self.failed(future, context.get("exception"), context.get("handle"))
        elif message.startswith(DROPPED) and future not in self.reported:
            subject, place = _task(future)
            self.add("lost", subject, place, "nobody kept it, and it was collected half-way")
        elif message.startswith(UNCLOSED):
            session = context.get("client_session") or context.get("connector")
            if session is not None:
                self.left_open(session)

    def failed(self, future: Any, error: BaseException | None, handle: Any = None) -> None:
        """Keep a task or a callback that raised and whose outcome nobody asked for."""
        if future is not None and future in self.reported:
            return
        subject, place = _task(future) if future is not None else (_callback(handle), None)
        raised = _raised(error)
        where = f", raised in {source_lines.shown(raised)}" if raised and raised != place else ""
        self.add("failed", subject, place or raised, f"{type(error).__name__}: {error}{where}")

    def left_open(self, session: Any) -> None:
        """Keep a client session that went, or is still there at the end, and was not closed."""
        name = type(session).__name__
        if name == "TCPConnector":  # its session has told
            return
        made = self.opened.pop(id(session), (None, None))[1]
        self.add("session", f"{type(session).__module__.partition('.')[0]}.{name}", made)

    def cancelled(self, loop: Any) -> None:
        """Keep the tasks that `asyncio.run` cancels at its end, unless the program fails."""
        if sys.exc_info()[0] is not None:
            return
        for task in asyncio.all_tasks(loop):
            subject, place = _task(task)
            if task not in self.reported and place and not source_lines.is_library(place.file):
                self.reported.add(task)
                self.add("lost", subject, place, "it was still under way when the program ended")

    def search(self) -> None:
        """Search all that is alive at the end, after a collection of what only cycles keep."""
        if self.quiet:
            return
        gc.collect()
        for alive in gc.get_objects():
            if issubclass(type(alive), asyncio.Future):  # isinstance may run code of the object's
                self._unasked(alive)
            elif type(alive) is types.CoroutineType:
                begun = inspect.getcoroutinestate(alive) != inspect.CORO_CREATED
                if alive.cr_origin and not begun and id(alive) not in REPORTED_ALIVE:
                    REPORTED_ALIVE.add(id(alive))
                    place, detail = source_lines.origin(alive), "it is still kept somewhere"
                    self.add("forgotten", alive.__qualname__, place, detail)
        for kept, _ in tuple(self.opened.values()):
            session = kept()
            # aiohttp and httpx each have their word for it.
            if session and not getattr(session, "closed", getattr(session, "is_closed", True)):
                self.left_open(session)

    def _unasked(self, future: Any) -> None:
        if future.done() and future._log_traceback:  # noqa: SLF001  what its __del__ asks
            self.failed(future, future._exception)  # noqa: SLF001  .exception() would hush it
            self.reported.add(future)


@contextmanager
def listening(leaks: Leaks) -> Iterator[None]:
    """Listen to everything that is lost while the block lasts, and let it be reported as ever."""
    depth = sys.get_coroutine_origin_tracking_depth()
    with replaced() as replace:
        replace(warnings, "_warn_unawaited_coroutine", lambda original: _warning(original, leaks))
        replace(runners, "_cancel_all_tasks", lambda original: _first(original, leaks.cancelled))
        replace(asyncio.Runner, "_on_sigint", lambda original: _first(original, leaks.stop))
        for loop in (asyncio.BaseEventLoop, getattr(sys.modules.get("uvloop"), "Loop", None)):
            if loop is not None:
                replace(
                    loop,
                    "call_exception_handler",
                    lambda original: _first(original, leaks.on_exception),
                )
        sys.set_coroutine_origin_tracking_depth(max(depth, source_lines.ORIGINS))
        try:
            yield
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)


def _first(original: Callable[..., None], listen: Callable[..., None]) -> Callable[..., None]:
    def listening_first(*arguments: Any, **options: Any) -> None:
        listen(*arguments)
        original(*arguments, **options)

    return listening_first


def _warning(original: Callable[[Any], None], leaks: Leaks) -> Callable[[Any], None]:
    shown: dict[str, dict[Any, Any]] = {}  # by file: a line is warned of as often as filters say

    def _warn_unawaited_coroutine(coroutine: Any) -> None:
        place = leaks.unawaited(coroutine)
        if place is None:
            original(coroutine)
            return
        # Python's own warning would show every frame of the origin, ours among them.
        text = f"coroutine {coroutine.__qualname__!r} was never awaited"
        registry = shown.setdefault(place.file, {})
        warnings.warn_explicit(
            text, RuntimeWarning, place.file, place.line, registry=registry, source=coroutine
        )

    return _warn_unawaited_coroutine


def _task(future: Any) -> tuple[str, SourceLine | None]:
    """Return the name of a task's coroutine, and the line that made it."""
    if not isinstance(future, asyncio.Task):
        return "a future", None
    coroutine = future.get_coro()
    return getattr(coroutine, "__qualname__", future.get_name()), source_lines.origin(coroutine)


def _callback(handle: Any) -> str:
    callback = getattr(handle, "_callback", None)
    return getattr(callback, "__qualname__", "a callback")


def _raised(error: BaseException | None) -> SourceLine | None:
    """Return the innermost line of the user's that an error came from."""
    lines: list[source_lines.Line] = []
    trace = error.__traceback__ if error else None
    while trace is not None:
        lines.insert(0, (trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    at = source_lines.own(lines)
    return source_lines.source_line(lines[at]) if at is not None else None
