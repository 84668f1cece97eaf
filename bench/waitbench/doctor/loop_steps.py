"""Every step of every loop is timed: asyncio's where a handle runs, uvloop's where one is made.

A step is one callback, a task's next stretch among them: while it lasts, its loop serves nobody.
One call and two clock readings are added to each; all that is dearer is left to the watchdog, and
to the steps that were too long.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from asyncio import events
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from waitbench.doctor.foreign_loops import watch_foreign
from waitbench.doctor.loop_thread import LoopThread
from waitbench.doctor.origins import kept_deep
from waitbench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from waitbench.doctor.blocked_steps import LoopActivity

SCHEDULES = ("call_soon", "call_soon_threadsafe")
TIMERS, READY = ("call_later", "call_at"), ("add_reader", "add_writer")
"""uvloop's ways to hand over a callback: as the first argument, or as the second."""


@contextmanager
def timing(activity: LoopActivity) -> Iterator[None]:
    """Time the steps of all loops that start to run from now on."""
    with replaced() as replace:
        replace(events.Handle, "_run", lambda original: _handle(original, activity))
        replace(asyncio.BaseEventLoop, "run_forever", lambda original: _runner(original, activity))
        timed = _timed(activity)
        with suppress(ImportError):
            from uvloop import Loop

            replace(Loop, "run_forever", lambda original: _runner(original, activity))
            for names, how in ((SCHEDULES, _soon), (TIMERS, _timer), (READY, _ready)):
                for name in names:
                    replace(Loop, name, partial(how, timed))
        watch_foreign(replace, activity, timed, lambda original: _runner(original, activity))
        yield


def _timed(activity: LoopActivity) -> Callable[..., None]:
    threads, clock, threshold_ns = activity.threads, time.perf_counter_ns, activity.threshold_ns
    ident = threading.get_ident

    def timed(callback: Callable[..., Any], *arguments: Any) -> None:
        """Run one callback; what it raises is its loop's affair."""
        thread = threads.get(ident())
        if thread is None or thread.began_ns:  # nobody runs a loop, or its handle is timed
            callback(*arguments)
            return
        thread.number += 1
        thread.began_ns = began_ns = clock()
        if began_ns > thread.overdue_ns:
            activity.overdue(thread, began_ns)
        try:
            callback(*arguments)
        finally:
            began_ns = thread.began_ns  # where an examination was cut short, if one was
            wall_ns = clock() - began_ns
            if wall_ns > threshold_ns:
                activity.held(thread, began_ns, wall_ns, callback)
            thread.began_ns = 0

    return timed


def _handle(original: Callable[[Any], None], activity: LoopActivity) -> Callable[[Any], None]:
    """Return a timed `Handle._run`: `timed`, unrolled, for one call less in each step of a loop."""
    threads, clock, threshold_ns = activity.threads, time.perf_counter_ns, activity.threshold_ns
    ident, adopt = threading.get_ident, activity.adopted

    def _run(handle: Any) -> None:
        thread = threads.get(ident())
        if thread is None:  # a loop that others run: Qt's, or one that runs within another's step
            thread = adopt(handle._loop, sys._getframe(1))  # noqa: SLF001
        if thread.began_ns:
            within(thread, handle, sys._getframe(2))  # noqa: SLF001
            return
        thread.number += 1
        thread.began_ns = began_ns = clock()
        if began_ns > thread.overdue_ns:
            activity.overdue(thread, began_ns)
        try:
            original(handle)
        finally:
            began_ns = thread.began_ns  # where a run within it has ended, if one did
            wall_ns = clock() - began_ns
            if wall_ns > threshold_ns:
                activity.held(thread, began_ns, wall_ns, handle._callback)  # noqa: SLF001
            thread.began_ns = 0

    def within(thread: LoopThread, handle: Any, runner: FrameType) -> None:
        """Run a step of a loop that is run from within another step, which goes on afterwards."""
        if handle._loop is not thread.loop:  # noqa: SLF001  the outer one stands still meanwhile
            original(handle)
            return
        activity.nested(thread, runner)
        activity.begin(thread)
        try:
            original(handle)
        finally:
            activity.end(thread, handle._callback)  # noqa: SLF001
            activity.begin(thread)

    return _run


def _runner(original: Callable[..., Any], activity: LoopActivity) -> Callable[..., Any]:
    threads, ident = activity.threads, threading.get_ident

    def run_forever(loop: Any, *arguments: Any) -> Any:
        outer = threads.get(ident())
        if outer is not None and outer.loop is loop:  # one way to run it leads through another
            return original(loop, *arguments)
        thread = LoopThread(loop, sys._getframe())  # noqa: SLF001  samples end here
        threads[ident()] = thread
        with kept_deep():
            try:
                return original(loop, *arguments)
            finally:
                thread.tables.stop()
                activity.ended(thread)
                if outer is None:
                    threads.pop(ident(), None)
                else:
                    threads[ident()] = outer

    return run_forever


def _soon(timed: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    # The one option is named: a dictionary of them would cost every step as much as its timing.
    def schedule(loop: Any, callback: Any, *arguments: Any, context: Any = None) -> Any:
        return original(loop, timed, callback, *arguments, context=context)

    return schedule


def _timer(timed: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    def schedule(loop: Any, when: Any, callback: Any, *arguments: Any, context: Any = None) -> Any:
        return original(loop, when, timed, callback, *arguments, context=context)

    return schedule


def _ready(timed: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    def schedule(loop: Any, file: Any, callback: Any, *arguments: Any) -> Any:
        return original(loop, file, timed, callback, *arguments)

    return schedule
