"""Tools that watch a loop, each behind the same face: what it tells, as text, by message."""

from __future__ import annotations

import gc
import importlib.util
import logging
import sys
import time
import traceback
import warnings
from contextlib import (
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.doctor.advice import headline
from waitbench.doctor.source_lines import SUSPENDABLE
from waitbench.doctor.watch import watching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from types import CodeType

THRESHOLD_MS = 50


@dataclass(slots=True)
class Told:
    """What a tool said, and, where it says so, how long the loop was held."""

    messages: list[str] = field(default_factory=list)
    held_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool.

    Attributes:
        around: on before the loop runs, off after it.
        inside: on within the program's main task.
        needs: the module without which it is left out.
    """

    around: Callable[[Told], AbstractContextManager[None]]
    inside: Callable[[Told], AbstractAsyncContextManager[None]] | None = None
    needs: str = "asyncio"
    debug: bool = False
    prints: str = ""


@contextmanager
def _nothing(report: Told) -> Iterator[None]:
    del report
    yield


class _Log(logging.Handler):
    def __init__(self, report: Told) -> None:
        super().__init__()
        self._told = report

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as text, its traceback with it."""
        self._told.messages.append(self.format(record))


@contextmanager
def _python(report: Told) -> Iterator[None]:
    """Python's own warnings, and what asyncio logs."""

    def show(
        message: Warning | str, category: type[Warning], file: str, line: int, *_: Any
    ) -> None:
        if issubclass(category, RuntimeWarning):
            report.messages.append(f"{file}:{line}: {message}")

    logger, log = logging.getLogger("asyncio"), _Log(report)
    warnings.simplefilter("always")
    warnings.showwarning = show  # type: ignore[assignment]  # as the module has it
    logger.addHandler(log)
    yield
    gc.collect()
    logger.removeHandler(log)


@contextmanager
def _doctor(report: Told) -> Iterator[None]:
    with watching(THRESHOLD_MS) as watch:
        yield
    examination = watch.examination()
    for finding in examination.findings:
        where = f"{finding.place.file}:{finding.place.line}" if finding.place else ""
        report.messages.append(f"{headline(finding)} {where}")
        report.held_ns = finding.total_ns or None


@contextmanager
def _blockbuster(report: Told) -> Iterator[None]:
    from blockbuster import BlockingError, blockbuster_ctx

    try:
        with blockbuster_ctx():
            yield
    except BlockingError:
        report.messages.append(traceback.format_exc())


@asynccontextmanager
async def _pyleak(report: Told) -> AsyncIterator[None]:
    from pyleak import no_event_loop_blocking, no_task_leaks

    logger = logging.getLogger("compare.pyleak")
    logger.addHandler(_Log(report))
    logger.propagate = False
    options: dict[str, Any] = {"action": "log", "logger": logger}
    tasks = no_task_leaks(enable_creation_tracking=True, **options)
    async with tasks, no_event_loop_blocking(threshold=THRESHOLD_MS / 1e3, **options):
        yield


@contextmanager
def _aiodebug(report: Told) -> Iterator[None]:
    from aiodebug import log_slow_callbacks

    log_slow_callbacks.enable(
        THRESHOLD_MS / 1e3, lambda name, took: report.messages.append(f"{name} {took}")
    )
    yield


@contextmanager
def _aiocop(report: Told) -> Iterator[None]:
    import aiocop

    def slow(event: Any) -> None:
        if event.exceeded_threshold:
            report.messages.append(str(event))
            report.held_ns = int(event.elapsed_ms * 1e6)

    aiocop.patch_audit_functions()
    aiocop.start_blocking_io_detection(trace_depth=20)
    aiocop.detect_slow_tasks(threshold_ms=THRESHOLD_MS, on_slow_task=slow)
    yield


@asynccontextmanager
async def _activated(report: Told) -> AsyncIterator[None]:
    del report
    import aiocop

    aiocop.activate()
    yield


@contextmanager
def _monitoring(report: Told) -> Iterator[None]:
    """Time each stretch of each coroutine by `sys.monitoring`: what the doctor could do instead."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # from 3.12 on
    events, number, clock = monitoring.events, monitoring.PROFILER_ID, time.perf_counter_ns
    began: list[int] = []

    def begin(code: CodeType, offset: int) -> object:
        del offset
        if not code.co_flags & SUSPENDABLE:
            return monitoring.DISABLE
        began.append(clock())
        return None

    def end(code: CodeType, offset: int, value: object) -> object:
        del offset, value
        if not code.co_flags & SUSPENDABLE:
            return monitoring.DISABLE
        wall_ns = clock() - began.pop() if began else 0
        if wall_ns > THRESHOLD_MS * 1_000_000 and not began:
            report.messages.append(f"{code.co_qualname} took {wall_ns}")
            report.held_ns = wall_ns
        return None

    def unwind(code: CodeType, offset: int, error: object) -> None:  # cannot be disabled by place
        if code.co_flags & SUSPENDABLE:
            end(code, offset, error)

    monitoring.use_tool_id(number, "compare")
    callbacks: dict[int, Any] = {
        **dict.fromkeys((events.PY_START, events.PY_RESUME, events.PY_THROW), begin),
        **dict.fromkeys((events.PY_YIELD, events.PY_RETURN), end),
        events.PY_UNWIND: unwind,
    }
    callbacks[events.PY_THROW] = lambda code, offset, _: begin(code, offset) and None
    for event, callback in callbacks.items():
        monitoring.register_callback(number, event, callback)
    monitoring.set_events(number, sum(callbacks))
    yield
    monitoring.set_events(number, 0)
    monitoring.free_tool_id(number)


TOOLS = {
    "doctor": Tool(around=_doctor),
    "Python itself": Tool(around=_python),
    "debug mode": Tool(around=_python, debug=True),
    "blockbuster": Tool(around=_blockbuster, needs="blockbuster"),
    "pyleak": Tool(around=_nothing, inside=_pyleak, needs="pyleak"),
    "aiodebug": Tool(around=_aiodebug, needs="aiodebug"),
    "aiocop": Tool(around=_aiocop, inside=_activated, needs="aiocop"),
    "sys.monitoring": Tool(around=_monitoring),
}
"""By name, as the table shows them; `sys.monitoring` is a prototype, raced in cost alone."""

BARE = Tool(around=_nothing)
"""No tool: what costs are relative to."""


def available() -> list[str]:
    """Return the names of tools that can be imported here."""
    there = [name for name, tool in TOOLS.items() if importlib.util.find_spec(tool.needs)]
    return [name for name in there if name != "sys.monitoring" or hasattr(sys, "monitoring")]
