"""Targets in, callables out: imported under a watch, and refused where a call would run nothing."""

from __future__ import annotations

import inspect
import os
from typing import IO, TYPE_CHECKING, Any

from waitbench.scenario import BenchError
from waitbench.user_code.awaited import IS_COROUTINE
from waitbench.user_code.hush import flush
from waitbench.user_code.import_watch import import_watched
from waitbench.workloads._resolve import bound, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.user_code.answers import Answers
    from waitbench.workloads._resolve import Arguments


def imported(
    targets: Sequence[str], folder: str, answers: Answers, sink: IO[bytes]
) -> Callable[..., Any]:
    """Return the first of the targets, all imported under a watch that tells a job at import.

    Args:
        targets: as they were typed.
        folder: where the user stands.
        answers: what was seen is noted there.
        sink: where what is printed goes.
    """
    with import_watched() as seen:
        function, *_ = [resolve(target, folder) for target in targets]
    flush()
    seen.printed_bytes = sink.seek(0, os.SEEK_END)
    answers.job_at_import = seen.is_job
    answers.long_import = seen.is_long
    if seen.is_long or seen.printed_bytes or seen.started:
        answers.imported = seen.deeds()
    return function


def refuse_unlike(
    function: Callable[..., Any], target: str, coroutine: str, folder: str, given: Arguments
) -> None:
    """Make sure that one is a plain function, the other a coroutine function, and both fit.

    Args:
        function: the plain one.
        target: its name.
        coroutine: name of its async form; empty where there is none.
        folder: where the user stands.
        given: arguments of a call.

    Raises:
        BenchError: says which is not.
    """
    bound(function, target, given)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise BenchError(
            f"{target} is a generator function: calling it runs nothing; name a function "
            "that goes through it"
        )
    if inspect.iscoroutinefunction(function) and coroutine != target:
        raise BenchError(
            f"{target} {IS_COROUTINE}: name a plain function that does the same"
            f", and this one beside it as --async {target}"
        )
    if coroutine:
        awaited = resolve(coroutine, folder)
        bound(awaited, coroutine, given)
        if not inspect.iscoroutinefunction(awaited):
            raise BenchError(f"--async {coroutine} is no coroutine function (async def)")
