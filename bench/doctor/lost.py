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

from bench.doctor import places
from bench.doctor.facts import Finding
from bench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.doctor.facts import Kind, Place

FAILED = (
    "Task exception was never",
    "Future exception was never",
    "Exception in callback",
    "unhandled exception during asyncio.run() shutdown",
)
DROPPED = "Task was destroyed but it is pending"
UNCLOSED = "Unclosed "
"""How loops begin to say it to their exception handler."""

TOLD_ALIVE: set[int] = set()
"""Ids of coroutines that an examination met at its end: not to be told again when they go."""


@dataclass(slots=True)
class Losses:
    """What was lost so far; each coroutine and task is told once."""

    began_ns: int = field(default_factory=time.perf_counter_ns)
    found: list[Finding] = field(default_factory=list)
    opened: dict[int, tuple[Any, Place | None]] = field(default_factory=dict)
    known: WeakSet[Any] = field(default_factory=WeakSet)
    quiet: bool = False
    """Set when the program was stopped: what is thrown away from then on is no fault of its own."""

    def add(self, kind: Kind, subject: str, place: Place | None, detail: str = "") -> None:
        """Keep one."""
        first_ns = time.perf_counter_ns() - self.began_ns
        if not self.quiet:
            self.found.append(
                Finding(kind=kind, subject=subject, place=place, detail=detail, first_ns=first_ns)
            )

    def unawaited(self, coroutine: Any) -> Place | None:
        """A coroutine is being collected, and never began; gives the line that made it.

        It is past the point where its weak references were cleared: a new one would dangle.
        """
        place = places.origin(coroutine)
        if id(coroutine) in TOLD_ALIVE:
            TOLD_ALIVE.remove(id(coroutine))
        else:
            self.add("forgotten", coroutine.__qualname__, place)
        return place

    def stop(self, *_: object) -> None:
        """Take note that the program is stopped: what it throws away now is not lost by it."""
        self.quiet = True

    def told(self, loop: Any, context: dict[str, Any]) -> None:
        """Listen to what a loop tells its exception handler."""
        del loop
        message = str(context.get("message", ""))
        future = context.get("task") or context.get("future")
        if message.startswith(FAILED):
            self.failed(future, context.get("exception"), context.get("handle"))
        elif message.startswith(DROPPED) and future not in self.known:
            subject, place = _task(future)
            self.add("lost", subject, place, "nobody kept it, and it was collected half-way")
        elif message.startswith(UNCLOSED):
            one = context.get("client_session") or context.get("connector")
            if one is not None:
                self.left_open(one)

    def failed(self, future: Any, error: BaseException | None, handle: Any = None) -> None:
        """A task or a callback raised, and nobody asked for its outcome."""
        if future is not None and future in self.known:
            return
        subject, place = _task(future) if future is not None else (_callback(handle), None)
        raised = _raised(error)
        where = f", raised in {places.shown(raised)}" if raised and raised != place else ""
        self.add("failed", subject, place or raised, f"{type(error).__name__}: {error}{where}")

    def left_open(self, session: Any) -> None:
        """A client session went, or is still there at the end, and was not closed."""
        name = type(session).__name__
        if name == "TCPConnector":  # its session has told
            return
        made = self.opened.pop(id(session), (None, None))[1]
        self.add("session", f"{type(session).__module__.partition('.')[0]}.{name}", made)

    def cancelled(self, loop: Any) -> None:
        """`asyncio.run` cancels what still runs: lost work, unless the program fails just now."""
        if sys.exc_info()[0] is not None:
            return
        for task in asyncio.all_tasks(loop):
            subject, place = _task(task)
            if task not in self.known and place and not places.is_library(place.file):
                self.known.add(task)
                self.add("lost", subject, place, "it was still under way when the program ended")

    def search(self) -> None:
        """Look, at the end, through all that is alive; first let go what only cycles keep."""
        if self.quiet:
            return
        gc.collect()
        for one in gc.get_objects():
            if issubclass(type(one), asyncio.Future):  # isinstance may run code of the object's
                self._unasked(one)
            elif type(one) is types.CoroutineType:
                begun = inspect.getcoroutinestate(one) != inspect.CORO_CREATED
                if one.cr_origin and not begun and id(one) not in TOLD_ALIVE:
                    TOLD_ALIVE.add(id(one))
                    place, detail = places.origin(one), "it is still kept somewhere"
                    self.add("forgotten", one.__qualname__, place, detail)
        for kept, _ in tuple(self.opened.values()):
            session = kept()
            # aiohttp and httpx each have their word for it.
            if session and not getattr(session, "closed", getattr(session, "is_closed", True)):
                self.left_open(session)

    def _unasked(self, future: Any) -> None:
        if future.done() and future._log_traceback:  # noqa: SLF001  what its __del__ asks
            self.failed(future, future._exception)  # noqa: SLF001  .exception() would hush it
            self.known.add(future)


@contextmanager
def listening(losses: Losses) -> Iterator[None]:
    """Hear of everything that is lost, and let it be told as ever."""
    depth = sys.get_coroutine_origin_tracking_depth()
    with replaced() as replace:
        replace(warnings, "_warn_unawaited_coroutine", lambda one: _warning(one, losses))
        replace(runners, "_cancel_all_tasks", lambda one: _first(one, losses.cancelled))
        replace(asyncio.Runner, "_on_sigint", lambda one: _first(one, losses.stop))
        for loop in (asyncio.BaseEventLoop, getattr(sys.modules.get("uvloop"), "Loop", None)):
            if loop is not None:
                replace(loop, "call_exception_handler", lambda one: _first(one, losses.told))
        sys.set_coroutine_origin_tracking_depth(max(depth, places.ORIGINS))
        try:
            yield
        finally:
            sys.set_coroutine_origin_tracking_depth(depth)


def _first(original: Callable[..., None], listen: Callable[..., None]) -> Callable[..., None]:
    def told(*arguments: Any, **options: Any) -> None:
        listen(*arguments)
        original(*arguments, **options)

    return told


def _warning(original: Callable[[Any], None], losses: Losses) -> Callable[[Any], None]:
    shown: dict[str, dict[Any, Any]] = {}  # by file: a line is warned of as often as filters say

    def _warn_unawaited_coroutine(coroutine: Any) -> None:
        place = losses.unawaited(coroutine)
        if place is None:
            original(coroutine)
            return
        # Python's own warning would show every frame of the origin, ours among them.
        text = f"coroutine {coroutine.__qualname__!r} was never awaited"
        told = shown.setdefault(place.file, {})
        warnings.warn_explicit(
            text, RuntimeWarning, place.file, place.line, registry=told, source=coroutine
        )

    return _warn_unawaited_coroutine


def _task(future: Any) -> tuple[str, Place | None]:
    """Name a task by its coroutine, and find the line that made it."""
    if not isinstance(future, asyncio.Task):
        return "a future", None
    coroutine = future.get_coro()
    return getattr(coroutine, "__qualname__", future.get_name()), places.origin(coroutine)


def _callback(handle: Any) -> str:
    callback = getattr(handle, "_callback", None)
    return getattr(callback, "__qualname__", "a callback")


def _raised(error: BaseException | None) -> Place | None:
    """Find the user's line that an error came from: the innermost."""
    lines: list[places.Line] = []
    trace = error.__traceback__ if error else None
    while trace is not None:
        lines.insert(0, (trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    at = places.own(lines)
    return places.place(lines[at]) if at is not None else None
