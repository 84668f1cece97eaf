"""What can only be awaited: how it is told apart, and how it is called all the same."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IS_COROUTINE = "is a coroutine function"
"""What is wrong where a plain function was asked for: who asked may take it for its async form."""


@contextmanager
def on_a_loop(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a function that can be called: one that is awaited runs on a loop of this thread's."""
    if not inspect.iscoroutinefunction(function):
        yield function
        return
    from asyncio import Runner

    with Runner() as runner:

        def call(*given: Any, **named: Any) -> Any:
            return runner.run(function(*given, **named))

        yield call
