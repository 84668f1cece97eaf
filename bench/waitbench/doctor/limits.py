"""Limits on waits that ran out, as they do: `asyncio.timeout`, `wait_for` and their like.

After a loop stood still, its timers come due before the tasks run that were answered meanwhile:
they are cut off all the same. Whether a limit ran out in such a time is for `expiry` to say.
"""
# ruff: noqa: SLF001  whom a limit cuts off is nobody's public affair

from __future__ import annotations

import asyncio
import sys
import time
from asyncio import tasks, timeouts
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.doctor import source_lines
from waitbench.doctor.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from waitbench.doctor.findings import SourceLine

    Replace = Callable[[Any, str, Callable[[Any], Any]], None]

FRAMES = 8
"""Frames from a limit's callback up to the handle that says when it was due."""
DELAYS = {"connect_tcp", "staggered_race", "run_one_coro"}
"""Functions in which a limit is the delay until a second attempt, and no limit on an answer."""
MOST_TASKS = 64
"""A limit on more tasks than that is looked at no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RanOut:
    """One task that was cut off by its limit.

    Attributes:
        due_ns, fired_ns: when the limit was over, and when the loop came to it.
        subject: the task's coroutine.
        place: the user's line that waited.
        answered: whether what it waited for had come by then.
    """

    due_ns: int
    fired_ns: int
    subject: str
    place: SourceLine | None
    answered: bool


@dataclass(slots=True)
class Limits:
    """All limits that ran out while the examination lasted."""

    ran_out: list[RanOut] = field(default_factory=list)

    def watch(self, replace: Replace) -> None:
        """Watch the limits of asyncio, and those of libraries as they are imported."""
        replace(timeouts.Timeout, "_on_timeout", partial(self._cutting, whom=_task_of))
        replace(tasks, "_release_waiter", self._releasing)
        owners = {
            "async_timeout": ("Timeout", "_on_timeout", _task_of),
            "aiohttp.helpers": ("TimerContext", "timeout", lambda timer: timer._tasks),
            "anyio._backends._asyncio": ("CancelScope", "_timeout", _scope_tasks),
        }

        def watched(module: Any) -> None:
            name, method, whom = owners[module.__name__]
            owner = getattr(module, name, None)
            if hasattr(owner, method):  # its own affair: it may go
                replace(owner, method, partial(self._cutting, whom=whom))

        when_imported(dict.fromkeys(owners, watched), replace)

    def _cutting(
        self, original: Callable[..., None], whom: Callable[[Any], Iterable[Any]]
    ) -> Callable[..., None]:
        """Return a limit's callback that keeps whom it cuts off."""

        def cut(limit: Any, *arguments: Any) -> None:
            try:
                cut_off = list(dict.fromkeys(whom(limit)))[:MOST_TASKS]
                ran_out = [_ran_out(limit, task) for task in cut_off]
            except Exception:  # noqa: BLE001  the library has changed, and is to work all the same
                ran_out = []
            self.ran_out.extend(each for each in ran_out if each is not None)
            original(limit, *arguments)

        return cut

    def _releasing(self, original: Callable[..., None]) -> Callable[..., None]:
        """Return what ends the waits of `wait_for` before 3.12; without arguments at the limit."""

        def release(waiter: Any, *arguments: Any) -> None:
            if not arguments and not waiter.done():
                with suppress(Exception):
                    self._released(waiter)
            original(waiter, *arguments)

        return release

    def _released(self, waiter: Any) -> None:
        for callback, _ in getattr(waiter, "_callbacks", None) or ():
            task = getattr(callback, "__self__", None)
            for frame in (
                source_lines.awaited_frames(task.get_coro())
                if isinstance(task, asyncio.Task)
                else ()
            ):
                if frame.f_code is tasks.wait_for.__code__:
                    future = frame.f_locals["fut"]
                    ran_out = _ran_out(waiter, task, future)
                    # It may be done within this very turn, and then it is not cut off.
                    if ran_out is not None and not future.done():
                        future.add_done_callback(partial(self._ended, ran_out=ran_out))

    def _ended(self, future: Any, ran_out: RanOut) -> None:
        if future.cancelled():
            self.ran_out.append(ran_out)


def _task_of(limit: Any) -> Iterable[Any]:
    return [limit._task]


def _scope_tasks(scope: Any) -> Iterable[Any]:
    """Return the tasks of AnyIO's that are cut off: those that were answered it lets go on."""
    if asyncio.get_running_loop().time() < scope._deadline:
        return []
    return [task for task in scope._tasks if not _answered(task)]


def _ran_out(limit: Any, task: Any, awaited: Any = None) -> RanOut | None:
    """Return that a task is cut off now; None if it is over already, or cut off by another."""
    if task is None or task.done() or task.cancelling():
        return None
    now_ns = time.perf_counter_ns()
    lines = [
        (frame.f_code, frame.f_lineno or 0)
        for frame in source_lines.awaited_frames(task.get_coro())
    ][::-1]
    if any(code.co_name in DELAYS for code, _ in lines):
        return None
    at = source_lines.own(lines)
    place = source_lines.source_line(lines[at]) if at is not None else None
    coroutine = task.get_coro()
    return RanOut(
        due_ns=now_ns - _late_ns(limit),
        fired_ns=now_ns,
        subject=place.function if place else getattr(coroutine, "__qualname__", task.get_name()),
        place=place or source_lines.origin(coroutine),
        answered=_answered(awaited or task),
    )


def _late_ns(limit: Any) -> int:
    """Return how late the loop came to a limit, by the limit or by the handle of its callback."""
    when = limit.when() if isinstance(limit, timeouts.Timeout) else None
    frame = sys._getframe(1)
    for _ in range(FRAMES):
        if frame.f_back is None or when is not None:
            break
        frame = frame.f_back
        when = getattr(frame.f_locals.get("handle"), "_when", None)
    late_s = 0.0 if when is None else asyncio.get_running_loop().time() - when
    return max(0, round(late_s * 1e9))


def _answered(awaited: Any) -> bool:
    """Return whether what a task waits for is there, at the end of all tasks between."""
    for _ in range(source_lines.DEEPEST):
        if awaited is None:
            return False
        if awaited.done():
            return not awaited.cancelled()
        children = getattr(awaited, "_children", None) or _shielded(awaited)
        if children:
            return all(_answered(child) for child in children)
        awaited = getattr(awaited, "_fut_waiter", None)
    return False


def _shielded(outer: Any) -> list[Any]:
    """Return what a future of `asyncio.shield` stands for."""
    return [
        cell.cell_contents
        for callback, _ in getattr(outer, "_callbacks", None) or ()
        if getattr(callback, "__qualname__", "") == "shield.<locals>._outer_done_callback"
        for name, cell in zip(callback.__code__.co_freevars, callback.__closure__, strict=True)
        if name == "inner"
    ]
