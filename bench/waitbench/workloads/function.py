"""A function of yours beside others that do the same: called some times in each task."""

from __future__ import annotations

import inspect
import os
import pickle
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from waitbench.scenario import BenchError, WrongResultError
from waitbench.units import count
from waitbench.user_code.answers import Answers
from waitbench.user_code.hush import hushed
from waitbench.user_code.items import fair_order
from waitbench.user_code.state import state
from waitbench.user_code.unconsumed import CURE, unconsumed
from waitbench.workloads._resolve import resolve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence


def unavailable() -> str:
    """Return why no suite can run it."""
    return "runs functions that `waitbench.race` is given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What functions are called with.

    Attributes:
        items: one of them for each call, in turn; None where calls have none.
        args: further arguments of every call.
        kwargs: likewise, by name.
    """

    items: Sequence[Any] | None = None
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        """The arguments of each call, those by name left out."""
        return [tuple(self.args)] if self.items is None else [(i, *self.args) for i in self.items]


class Workload:
    """Task i makes `calls` calls with the items in turn; the result of the last one is checked.

    Args:
        function: `module:function`, `file.py:function` or, by its value, `file.pickle:function`.
        given: a pickle of `Given`.
        calls: of one task.
        paths: where modules are looked for first, parted as in `PYTHONPATH`.
        answers: a file of what each item gives alone; empty to compare nothing.
        learn: `yes` where calls run alone: what they give is noted there, not compared.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async = False  # unless it is a coroutine function
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = None

    def __init__(  # noqa: PLR0913 - each keyword is a parameter that a scenario can set
        self,
        *,
        function: str,
        given: str,
        calls: str = "1",
        paths: str = "",
        answers: str = "",
        learn: str = "",
    ) -> None:
        self._function, self._given = function, given
        self._paths = [path for path in paths.split(os.pathsep) if path]
        self._calls = count(calls, "calls")
        self._path, self._learns = answers, learn == "yes"
        self._answers = Answers.read(answers) if answers else Answers()
        with hushed():
            resolved = self._resolved()
            self._order = fair_order(len(self._read().calls))
        self.has_async = inspect.iscoroutinefunction(inspect.unwrap(resolved))

    def _resolved(self) -> Callable[..., Any]:
        sys.path[:0] = [path for path in self._paths if path not in sys.path]
        return resolve(self._function, "")

    def _read(self) -> Given:
        with Path(self._given).open("rb") as file:
            given: Given = pickle.load(file)  # noqa: S301 - our own process wrote it
        return given

    def _opened(self) -> tuple[Callable[..., Any], list[tuple[Any, ...]], Mapping[str, Any]]:
        """Return the function, the arguments of each call in their order, and those by name."""
        function, given = self._resolved(), self._read()
        calls = given.calls
        return function, [calls[place] for place in self._order], given.kwargs

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Any]]:
        """Import the function in this process, where what it prints is thrown away."""
        if self.has_async:
            raise BenchError(f"{self._function} is a coroutine function: it runs under asyncio")
        with hushed():
            function, given, named = self._opened()
            many, calls = len(given), self._calls

            def task(number: int) -> Any:
                result = None
                for place in range(number * calls, (number + 1) * calls):
                    result = function(*given[place % many], **named)
                return result

            def watched(number: int) -> Any:
                arguments = given[number % many]
                before = state((arguments, named))
                result = function(*arguments, **named)
                self._answers.changes_item |= before != state((arguments, named))
                return result

            yield watched if self._learns else task
        self._note()

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - the coroutine knows its own limits
    ) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
        """Import the coroutine function."""
        with hushed():
            function, given, named = self._opened()
            many, calls = len(given), self._calls

            async def task(number: int) -> Any:
                result = None
                for place in range(number * calls, (number + 1) * calls):
                    result = await function(*given[place % many], **named)
                return result

            yield task
        self._note()

    def _note(self) -> None:
        """Keep what calls alone have given."""
        if self._learns:
            self._answers.items = len(self._order)
            self._answers.write(self._path)

    def check(self, number: int, result: Any) -> None:
        """Compare with what the same call gave alone, where that was the same every time."""
        item = self._order[((number + 1) * self._calls - 1) % len(self._order)]
        if what := unconsumed(result):
            raise WrongResultError(
                f"it gives back {what}: what is timed is not the work but its beginning; {CURE}"
            )
        if self._learns:
            self._answers.learn(item, result)
        elif self._answers.differs(item, result):
            raise WrongResultError(f"call {number} gave something else than it gives alone")
