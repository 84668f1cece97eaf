"""What stands in line in a loop: how many callbacks are ready, and whose they are."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from waitbench.doctor import source_lines

if TYPE_CHECKING:
    from waitbench.doctor.findings import SourceLine

MOST = 64
"""So many of those in line are looked at."""


class Waiting(NamedTuple):
    """Whose step a ready callback is, and the line where it goes on."""

    subject: str
    place: SourceLine | None


def ready(loop: Any) -> tuple[int, list[Waiting]]:
    """Return how many callbacks are ready, and whose some of them are, evenly taken.

    None where the loop does not show them. The calling thread has the GIL and keeps it.
    """
    handles = getattr(loop, "_ready", None)
    if handles is None or not isinstance(loop, asyncio.BaseEventLoop):
        return 0, []
    count = len(handles)
    step = max(1, count // MOST)
    try:
        sampled = list(islice(handles, 0, None, step))[:MOST]
    except RuntimeError:  # it changed meanwhile
        return count, []
    waiting = (of_callback(getattr(handle, "_callback", None)) for handle in sampled)
    return count, [step for step in waiting if step is not None]


def of_callback(callback: Any) -> Waiting | None:
    """Return whose step a callback is, if it is the user's: a task's coroutine, or a function."""
    task = getattr(callback, "__self__", None)
    if isinstance(task, asyncio.Task):
        coroutine: Any = task.get_coro()
        code = getattr(coroutine, "cr_code", None)
        if code is None:
            return None
        frames = source_lines.awaited_frames(coroutine)
        lines = [(frame.f_code, frame.f_lineno or frame.f_code.co_firstlineno) for frame in frames]
        # A library's task is the user's by the innermost line that is.
        own = source_lines.own(lines[:1]) if lines else None
        own = source_lines.own(lines[::-1]) if own is None else None
        if own is not None:
            place = source_lines.source_line(lines[::-1][own])
            return Waiting(place.function, place)
        line = lines[0][1] if lines else code.co_firstlineno
        return Waiting(coroutine.__qualname__, source_lines.source_line((code, line)))
    code = getattr(callback, "__code__", None)
    if code is None or source_lines.is_library(code.co_filename):
        return None
    return Waiting(code.co_qualname, source_lines.source_line((code, code.co_firstlineno)))
