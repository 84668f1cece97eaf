"""Coroutines never awaited, tasks that failed unseen or were dropped, sessions left open."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import time
import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.doctor import source_lines
from waitbench.doctor.findings import CALLED_BACK, Finding
from waitbench.doctor.origins import SHALLOW
from waitbench.doctor.sessions import Sessions

if TYPE_CHECKING:
    from waitbench.doctor.findings import Kind, SourceLine
    from waitbench.doctor.gc_pauses import GcPauses

FAILED = (
    "Task exception was never",
    "Future exception was never",
    "Exception in callback",
    "unhandled exception during asyncio.run() shutdown",
)
DROPPED = "Task was destroyed but it is pending"
UNCLOSED = "Unclosed "
"""How loops begin their reports to their exception handler."""
COLLECTED = "nobody kept it, and it was collected half-way"
CUT_OFF = "it was still under way when the program ended"

REPORTED_ALIVE: dict[int, Any] = {}
"""Coroutines that an examination met at its end, by id: not to be reported again when they go. An
id may be another's by then: the origin is not."""
REPORTED: set[tuple[int, str | None]] = set()
"""Futures and tasks that were reported, by id and name: a later examination, of the next test, is
not to blame for them."""
NEAR_HERE = "made at this line or in what it calls"
"""Said where the line let go of a coroutine that a library had made."""


@dataclass(slots=True)
class Leaks:
    """What was lost so far; each coroutine and task is reported once."""

    began_ns: int = field(default_factory=time.perf_counter_ns)
    findings: list[Finding] = field(default_factory=list)
    gc_pauses: GcPauses | None = None
    """Tells while garbage is collected: what goes then is not let go of by the line that runs."""
    sessions: Sessions = field(init=False)
    quiet: bool = False
    """Set when the program was stopped: what is thrown away from then on is no fault of its own."""

    def __post_init__(self) -> None:
        """Begin without any session."""
        self.sessions = Sessions(self)

    def add(
        self,
        kind: Kind,
        subject: str,
        place: SourceLine | None,
        detail: str = "",
        by: SourceLine | None = None,
    ) -> None:
        """Keep one finding, unless the program was stopped; `by` is what called the place."""
        if not self.quiet:
            finding = Finding(
                kind=kind,
                subject=subject,
                place=place,
                coroutine=by,
                detail=detail,
                first_ns=time.perf_counter_ns() - self.began_ns,
            )
            self.findings.append(finding)

    def unawaited(self, coroutine: Any) -> SourceLine | None:
        """Keep a coroutine that is being collected and never began; return the line that made it.

        It is past the point where its weak references were cleared: a new one would dangle.
        """
        place, detail = source_lines.origin(coroutine), ""
        if not source_lines.users(place) and not (self.gc_pauses and self.gc_pauses.collecting):
            here = source_lines.caller()
            place, detail = (here, NEAR_HERE) if here else _defined(coroutine) or (place, "")
        reported = REPORTED_ALIVE.pop(id(coroutine), None)
        if reported is None or reported is not coroutine.cr_origin:
            by = source_lines.wrapped(coroutine)
            self.add("forgotten", coroutine.__qualname__, place, detail, by)
        # Who records warnings keeps it alive with the one that is given now.
        REPORTED_ALIVE[id(coroutine)] = coroutine.cr_origin
        return place

    def stop(self, *_: object) -> None:
        """Keep nothing more: what a stopped program throws away is not lost by it."""
        self.quiet = True

    def on_exception(self, loop: Any, context: dict[str, Any]) -> None:
        """Keep what a loop reports to its exception handler, if it is a leak."""
        del loop
        message = str(context.get("message", ""))
        future = context.get("task") or context.get("future")
        if isinstance(context.get("exception"), asyncio.CancelledError):
            return  # a callback that was told of the end, as 3.11 tells those of servers
        if message.startswith(FAILED):
            self.failed(future, context.get("exception"), context.get("handle"))
        elif message.startswith(DROPPED) and not _reported(future):
            subject, place = _task(future)
            self.add("lost", subject, place, COLLECTED, _by(future))
        elif message.startswith(UNCLOSED):
            session = context.get("client_session") or context.get("connector")
            if session is not None:
                self.sessions.left_open(session)

    def failed(self, future: Any, error: BaseException | None, handle: Any = None) -> None:
        """Keep a task or a callback that raised and whose outcome nobody asked for."""
        if future is not None and _reported(future):
            return
        subject, place = _task(future) if future is not None else (_callback(handle), None)
        raised = _raised(error)
        where = f", raised in {source_lines.shown(raised)}" if raised and raised != place else ""
        detail = f"{type(error).__name__}: {error}{where}"
        self.add("failed", subject, place or raised, detail, _by(future))

    def cancelled(self, loop: Any) -> None:
        """Keep the tasks that `asyncio.run` cancels at its end, unless the program fails."""
        if sys.exc_info()[0] is not None:
            return
        for task in asyncio.all_tasks(loop):
            subject, place = _task(task)
            if _key(task) not in REPORTED and source_lines.users(place) and _users_own(task):
                REPORTED.add(_key(task))
                self.add("lost", subject, place, CUT_OFF, _by(task))

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
                reported = REPORTED_ALIVE.get(id(alive))
                if alive.cr_origin and not begun and reported is not alive.cr_origin:
                    REPORTED_ALIVE[id(alive)] = alive.cr_origin
                    place, detail = source_lines.origin(alive), "it is still kept somewhere"
                    by = source_lines.wrapped(alive)
                    self.add("forgotten", alive.__qualname__, place, detail, by)
        self.sessions.search()

    def _unasked(self, future: Any) -> None:
        if future.done() and future._log_traceback:  # noqa: SLF001  what its __del__ asks
            self.failed(future, future._exception)  # noqa: SLF001  .exception() would hush it
            REPORTED.add(_key(future))


def _key(reported: Any) -> tuple[int, str | None]:
    """Return what tells a task or a future from others that come to its address."""
    return id(reported), reported.get_name() if isinstance(reported, asyncio.Task) else None


def _reported(gone: Any) -> bool:
    """Return whether what is going now was reported while it was alive."""
    key = _key(gone)
    reported = key in REPORTED
    REPORTED.discard(key)
    return reported


def _users_own(task: Any) -> bool:
    """Return whether a task is the user's, and not one that a library made for itself."""
    coroutine = task.get_coro()
    made = (getattr(coroutine, "cr_origin", None) or ())[:SHALLOW]
    files = [file for file, _, _ in made]
    code = getattr(coroutine, "cr_code", None)
    files += [code.co_filename] if code else []
    return not all(map(source_lines.is_library, files))


def _task(future: Any) -> tuple[str, SourceLine | None]:
    """Return the name of a task's coroutine, and the line that made it."""
    if not isinstance(future, asyncio.Task):
        return "a future", None
    coroutine = future.get_coro()
    return getattr(coroutine, "__qualname__", future.get_name()), source_lines.origin(coroutine)


def _defined(coroutine: Any) -> tuple[SourceLine, str] | None:
    """Return where a coroutine function of the user's stands that a loop or a library called."""
    code = coroutine.cr_code
    if source_lines.is_library(code.co_filename):
        return None
    return source_lines.source_line((code, code.co_firstlineno)), CALLED_BACK


def _by(future: Any) -> SourceLine | None:
    """Return the line that called the user's wrapper that made a task's coroutine."""
    coroutine = future.get_coro() if isinstance(future, asyncio.Task) else None
    return source_lines.wrapped(coroutine) if inspect.iscoroutine(coroutine) else None


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
