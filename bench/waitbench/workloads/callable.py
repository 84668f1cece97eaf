"""Anybody's function: called with its arguments, and its results compared with those alone."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from time import perf_counter_ns
from typing import IO, TYPE_CHECKING, Any, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.user_code.answers import Answers
from waitbench.user_code.awaited import on_a_loop
from waitbench.user_code.first_calls import FirstCalls
from waitbench.user_code.hush import flush, hushed
from waitbench.user_code.items import copied, fair_order
from waitbench.user_code.unconsumed import CURE, unconsumed
from waitbench.workloads._callables import imported, refuse_unlike
from waitbench.workloads._left import Left
from waitbench.workloads._resolve import arguments, resolve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from waitbench.workloads._resolve import Arguments

CAME_BACK = 70
"""Exit status of a forked child that comes back out of a call: it must not go on as we."""

MOST_FRESH_BYTES = 256_000_000
"""Arguments of more than this are copied within each call, not beforehand for a whole round."""


_forks: list[None] = []
"""One for each fork that this process came out of: asking the system in each call would cost it."""
os.register_at_fork(after_in_child=lambda: _forks.append(None))


class Workload:
    """Task i calls the function with item i modulo how many there are.

    Args:
        function: `module:function` or `file.py:function`; `waitbench.workloads.callable:nothing`
            does nothing.
        coroutine: its async form, named in the same way; empty where there is none. It may be the
            function itself: one after the other, and in threads, it then runs on a loop of its own.
        items: a JSON list, or a callable that yields, with one argument for each call.
        args: a JSON list or object of further arguments, the same for every call.
        folder: where names are looked for first.
        answers: a file of what the calls gave alone; empty to compare nothing.
        order: `given` to use the items in their own order, where a round has all of them; else the
            first few are a fair draw.
        learn: `yes` where these calls run alone: what they give is noted there, not compared.

    Raises:
        BenchError: the function cannot be found, or not be called so.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async = False  # unless a coroutine is named
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = None

    def __init__(  # noqa: PLR0913 - each keyword is a parameter that a scenario can set
        self,
        *,
        function: str = "waitbench.workloads.callable:nothing",
        coroutine: str = "",
        items: str = "",
        args: str = "",
        folder: str = "",
        answers: str = "",
        order: str = "",
        learn: str = "",
    ) -> None:
        self._function, self._coroutine, self._folder = function, coroutine, folder
        self._items, self._args = items, args
        self._path, self._learns = answers, learn == "yes"
        self.has_async = bool(coroutine)
        self._answers = Answers.read(answers) if answers else Answers()
        self._told: IO[bytes] | None = None
        self._fresh: list[Arguments] = []
        self._ordered: list[Arguments] = []
        self._first_calls: FirstCalls | None = None
        self._not_run = ""
        self._called_as = "it"
        self._sync: Callable[..., Any] = nothing
        self._called = bool(self._answers.prints)  # by those that learned before us
        with hushed() as sink:
            if self._learns:
                maker = items if ":" in items and items.lstrip()[:1] != "[" else ""
                targets = [target for target in (function, coroutine, maker) if target]
                sync = imported(targets, folder, self._answers, sink)
            else:
                sync = resolve(function, folder)
            began_ns = perf_counter_ns()
            given = arguments(items, args, folder)
            self._answers.items_made_ns = perf_counter_ns() - began_ns
            refuse_unlike(sync, function, coroutine, folder, given[0])
        self._answers.items = len(given)
        self._order = list(range(len(given))) if order == "given" else fair_order(len(given))
        if self._learns and not self._called:
            if items:
                self._answers.weigh(given[len(given) // 2][0][0])
            self._answers.write(self._path)

    def prepare(self, tasks: int) -> None:
        """Before a round, give each call an argument of its own, where calls change it."""
        given, self._fresh = self._ordered, []
        if not given:  # they are made in a pool's children
            return
        if self._learns and not self._called:
            self._first_calls = FirstCalls(self._sync, given)
        if self._answers.changes_item and tasks * self._answers.item_bytes <= MOST_FRESH_BYTES:
            self._fresh = [copied(given[number % len(given)]) for number in range(tasks)]

    def _in_order(self) -> list[Arguments]:
        """Return the arguments in the order in which they are used."""
        given = arguments(self._items, self._args, self._folder)
        self._ordered = [given[place] for place in self._order]
        return self._ordered

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Any]]:
        """Import the function in this process, where what it prints is thrown away."""
        with self._unheard(), on_a_loop(resolve(self._function, self._folder)) as called:
            function = self._sync = resolve(self._function, self._folder)
            given = self._in_order()
            generation, forked = len(_forks), f"{self._path}.forked"
            behind = Left()

            def call(number: int) -> Any:
                positional, named = self._given(given, number)
                try:
                    if self._learns:
                        return self._learned(behind, partial(called, *positional, **named))
                    return called(*positional, **named)
                except SystemExit as left:
                    raise RuntimeError(
                        f"it ends the interpreter: SystemExit({left.code})"
                    ) from None
                finally:
                    if len(_forks) != generation:
                        with open(forked, "w", encoding="utf-8"):  # noqa: PTH123 - a child's last deed
                            os._exit(CAME_BACK)

            yield call
            if self._learns:
                cached = getattr(function, "cache_info", None)
                self._answers.hits = cached().hits if callable(cached) else 0
                self._answers.forked |= os.path.exists(forked)  # noqa: PTH110 - as above
                self._answers.write(self._path)

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - the coroutine knows its own limits
    ) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
        """Import the coroutine."""
        with self._unheard():
            coroutine = resolve(self._coroutine, self._folder)
            given, self._called_as = self._in_order(), self._coroutine

            async def call(number: int) -> Any:
                positional, named = self._given(given, number)
                return await coroutine(*positional, **named)

            yield call

    def _given(self, given: list[Arguments], number: int) -> Arguments:
        """Return the arguments of a call: its own copy, where calls change them."""
        if number < len(self._fresh):
            return self._fresh[number]
        arguments_of_it = given[number % len(given)]
        return copied(arguments_of_it) if self._answers.changes_item else arguments_of_it

    def _learned(self, behind: Left, call: partial[Any]) -> Any:
        """Make a call alone; of the first, note what it imports."""
        if self._called:
            return behind.seen(call)
        self._called, modules = True, len(sys.modules)
        result = behind.seen(call)
        self._not_run = unconsumed(result)  # now: later a thread or a future may have ended
        self._answers.first_imports = len(sys.modules) - modules
        return result

    def check(self, number: int, result: Any) -> None:
        """Compare with what the same call gave alone, where that was the same every time."""
        item = self._order[number % len(self._order)]
        if self._told:  # megabytes of it are not kept
            flush()
            self._answers.printed_bytes += self._told.seek(0, os.SEEK_END)
            self._told.truncate(0)
        if what := self._not_run or unconsumed(result):
            raise WrongResultError(
                f"{self._called_as} gives back {what}: what is timed is not the work but its "
                f"beginning; {CURE}"
            )
        if self._first_calls:
            self._first_calls.look(self._answers, result)
        if self._learns:
            self._answers.learn(item, result)
        elif self._answers.differs(item, result):
            raise WrongResultError(
                f"call {number} gave {_short(result)}, which is not what it gives alone"
            )

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Keep away from the terminal whatever is printed, and count it."""
        with hushed() as sink:
            self._told = sink
            yield
        self._told = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open file behind, on the way into a pool's child."""
        return {
            **self.__dict__,
            "_told": None,
            "_first_calls": None,
            "_fresh": [],
            "_ordered": [],
            "_sync": nothing,
        }


def nothing() -> None:
    """Do nothing: what is left is what the models themselves cost."""


async def nothing_async() -> None:
    """Do nothing, on a loop."""


def _short(result: Any) -> str:
    text = repr(result)
    return text if len(text) < 60 else f"{text[:56]} …"  # noqa: PLR2004  what fits a line
