"""Where Python and its loops report what is lost, the doctor listens first."""

from __future__ import annotations

import asyncio
import sys
import threading
import warnings
from asyncio import runners
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitbench.doctor.origins import kept_deep
from waitbench.doctor.patches import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.doctor.gc_pauses import GcPauses
    from waitbench.doctor.leaks import Leaks


@contextmanager
def listening(leaks: Leaks, gc_pauses: GcPauses) -> Iterator[None]:
    """Listen to everything that is lost while the block lasts, and let it be reported as ever."""
    with replaced() as replace, replaced() as replace_late, kept_deep():
        leaks.sessions.watch(replace_late)
        leaks.gc_pauses = gc_pauses
        replace(threading.Thread, "_bootstrap_inner", _deep)
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
        yield


def _deep(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def _bootstrap_inner(thread: Any) -> None:
        with kept_deep():
            original(thread)

    return _bootstrap_inner


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
