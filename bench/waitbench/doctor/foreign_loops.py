"""Loops that are neither asyncio's nor uvloop's: timed where they are handed their callbacks.

Any class that asyncio takes for a loop is one: those that there are, and those that come later.
trio's tasks are timed by an instrument of its own.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.doctor.imports import when_imported
from waitbench.doctor.loop_thread import LoopThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.doctor.blocked_steps import LoopActivity

    Replace = Callable[[Any, str, Callable[[Any], Any]], None]

RUNS = ("run_forever", "run_until_complete")
FIRST = ("call_soon", "call_soon_threadsafe")
SECOND = ("call_later", "call_at", "add_reader", "add_writer", "add_signal_handler")
"""Ways to hand over a callback: as the first argument, or as the second."""


def watch_foreign(
    replace: Replace,
    activity: LoopActivity,
    timed: Callable[..., None],
    runner: Callable[..., Callable[..., Any]],
) -> None:
    """Time the steps of loops of other kinds.

    Args:
        replace: of `patches.replaced`.
        activity: what they do is kept there.
        timed: runs one callback.
        runner: wraps a method that runs the loop.
    """

    def arrive(original: Callable[..., None]) -> Any:
        def __init_subclass__(loop: type, /, **options: Any) -> None:  # noqa: N807
            original(**options)
            _patch(loop, replace, timed, runner)

        return classmethod(__init_subclass__)

    for loop in _subclasses(asyncio.AbstractEventLoop):
        _patch(loop, replace, timed, runner)
    replace(asyncio.AbstractEventLoop, "__init_subclass__", arrive)
    when_imported({"trio": lambda trio: replace(trio, "run", partial(_trio, activity))}, replace)


def _patch(
    loop: type,
    replace: Replace,
    timed: Callable[..., None],
    runner: Callable[..., Callable[..., Any]],
) -> None:
    """Time the steps of loops of one class, if it is not asyncio's or uvloop's."""
    package = loop.__module__.partition(".")[0]
    if issubclass(loop, asyncio.BaseEventLoop) or package in {"asyncio", "uvloop"}:
        return
    for name in RUNS:
        if _has(loop, name):
            replace(loop, name, runner)
    for names, at in ((FIRST, 0), (SECOND, 1)):
        for name in names:
            if _has(loop, name):
                replace(loop, name, partial(_handed, timed, at))


def _has(loop: type, name: str) -> bool:
    """Return whether a class of loops has a method of its own."""
    return getattr(loop, name) is not getattr(asyncio.AbstractEventLoop, name)


def _subclasses(owner: type) -> Iterator[type]:
    subclasses: list[type] = owner.__subclasses__()
    for loop in subclasses:
        yield loop
        yield from _subclasses(loop)


def _handed(
    timed: Callable[..., None], at: int, original: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a method that hands `timed` over in the callback's place, once."""

    def schedule(loop: Any, *arguments: Any, **options: Any) -> Any:
        if len(arguments) <= at or arguments[at] is timed:
            return original(loop, *arguments, **options)
        return original(loop, *arguments[:at], timed, *arguments[at:], **options)

    return schedule


def _trio(activity: LoopActivity, original: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any, instruments: Any = (), **options: Any) -> Any:
        steps = TrioSteps(activity)
        try:
            return original(*arguments, instruments=[*instruments, steps], **options)
        finally:
            steps.end()

    return run


class TrioLoop:
    """trio's run as the watchdog sees a loop."""

    def __init__(self, token: Any) -> None:
        self.call_soon_threadsafe = token.run_sync_soon
        self.running = True

    def is_running(self) -> bool:
        """Return whether the run is under way."""
        return self.running

    def is_closed(self) -> bool:
        """Return whether the run is over."""
        return not self.running


TrioLoop.__module__ = "trio"  # what a report names the loop by


class TrioSteps:
    """An instrument of trio's that times each task's stretches."""

    def __init__(self, activity: LoopActivity) -> None:
        self._activity = activity
        self._thread: LoopThread | None = None
        self._loop: TrioLoop | None = None

    def before_run(self) -> None:
        """Begin to watch the calling thread."""
        trio = importlib.import_module("trio")
        self._loop = TrioLoop(trio.lowlevel.current_trio_token())
        self._thread = LoopThread(self._loop, sys._getframe(1))  # noqa: SLF001
        self._activity.threads[self._thread.ident] = self._thread

    def before_task_step(self, task: Any) -> None:
        """Note when a task goes on."""
        del task
        if self._thread is not None:
            self._activity.begin(self._thread)

    def after_task_step(self, task: Any) -> None:
        """Keep a stretch that was long."""
        if self._thread is not None:
            self._activity.end(self._thread, task.coro)

    def end(self) -> None:
        """Add up what the run did."""
        if self._thread is None or self._loop is None:
            return
        self._loop.running = False
        self._activity.ended(self._thread)
        self._activity.threads.pop(self._thread.ident, None)
