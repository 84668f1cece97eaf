"""The hot path: two clock readings around one task, and nothing else."""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from waitbench.scenario import Failed, TaskSpan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def timed(task: Callable[[int], Any], number: int) -> TaskSpan:
    """Run one task; an exception becomes its result, so that one bad task fails only itself."""
    start = perf_counter_ns()
    try:
        result = task(number)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is its result
        result = Failed(said(error))
    return start, perf_counter_ns(), result


async def timed_async(task: Callable[[int], Awaitable[Any]], number: int) -> TaskSpan:
    """Await one task of the async form as `timed` runs one; cancellation passes through."""
    start = perf_counter_ns()
    try:
        result = await task(number)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is its result
        result = Failed(said(error))
    return start, perf_counter_ns(), result


def said(error: BaseException) -> str:
    """Return an exception in a line; of a call that is not implemented, which one it was."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, NotImplementedError) and error.__traceback__:
        import traceback  # which takes as long as a small round

        refused = traceback.extract_tb(error.__traceback__)[-1]
        # What raises in C has no frame: the last one is that of the caller.
        raised = (refused.line or "").startswith("raise")
        return f"{text} ({refused.name if raised else refused.line or refused.name})"
    return text
