"""A result in, out what of it has not run yet: a generator, coroutine, future, thread, cursor."""

from __future__ import annotations

import asyncio
import inspect
import io
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import _AsyncGeneratorContextManager, _GeneratorContextManager
from dataclasses import fields, is_dataclass
from itertools import islice
from operator import length_hint
from threading import Thread
from typing import Any

LOOKED_INTO, DEEP = 3, 3
"""So many elements of a list are looked at, and so many lists within lists."""
CURE = "name a function that goes through it (list(…), await, .result(), .join())"
"""What is to be done about it."""


def unconsumed(result: Any, deep: int = DEEP) -> str:
    """Return what a call gave back that has not run to its end; empty if all has."""
    if what := _alone(result):
        return what
    if not deep:
        return ""
    inside = (unconsumed(each, deep - 1) for each in islice(_elements(result), LOOKED_INTO))
    what = next(filter(None, inside), "")
    return what and f"a {_named(result)} that holds {what}"


def _elements(result: Any) -> Iterator[Any]:
    if isinstance(result, list | tuple | set | frozenset | deque):
        yield from result
    elif isinstance(result, dict):
        yield from result.values()
    elif is_dataclass(result) and not isinstance(result, type):
        yield from (getattr(result, field.name, None) for field in fields(result))


def _alone(result: Any) -> str:
    """Return what a result is by itself, where that is something which has not run."""
    what = ""
    if inspect.isgenerator(result):
        what = "a generator" if result.gi_frame else ""
    elif inspect.isasyncgen(result):
        what = "an async generator" if result.ag_frame else ""
    elif isinstance(result, _GeneratorContextManager | _AsyncGeneratorContextManager):
        what = "a context manager that was not entered"
    elif isinstance(result, Future | asyncio.Future):
        what = "" if result.done() else f"a future that is not done ({_named(result)})"
    elif _still_runs(result):
        what = f"a {_named(result)} that still runs"
    elif inspect.iscoroutine(result):
        what = "an awaitable (coroutine)" if result.cr_frame else ""
    elif inspect.isawaitable(result):
        what = f"an awaitable ({_named(result)})"
    elif hasattr(result, "fetchone") and hasattr(result, "description"):  # of PEP 249
        what = f"a {_named(result)} with rows to fetch" if result.description else ""
    elif isinstance(result, Iterator) and not isinstance(result, io.IOBase) and _goes_on(result):
        what = f"an iterator ({_named(result)})"
    return what


def _still_runs(result: Any) -> bool:
    if isinstance(result, subprocess.Popen):
        return result.poll() is None
    processes = getattr(sys.modules.get("multiprocessing.process"), "BaseProcess", Thread)
    if isinstance(result, Thread | processes):
        return bool(result.is_alive())
    pool = sys.modules.get("multiprocessing.pool")
    return pool is not None and isinstance(result, pool.AsyncResult) and not result.ready()


def _goes_on(iterator: Any) -> bool:
    """Whether an iterator may have more to give: nearly all that know have a hint."""
    try:
        return length_hint(iterator, 1) > 0
    except Exception:  # noqa: BLE001 - it is the user's
        return True


def _named(thing: Any) -> str:
    return type(thing).__name__
