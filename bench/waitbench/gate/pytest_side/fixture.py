"""The fixture `benchmark` of a raced test: what it is given is timed on orders of the race."""

from __future__ import annotations

import asyncio
import inspect
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .figures import Stats
from .timed import Timed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .turn import Turn


class Benchmark:
    """What pytest-benchmark and pytest-codspeed give a test, under orders.

    Args:
        turn: of the test.
        item: the test.
    """

    enabled = True
    disabled = False
    cprofile_stats = None

    def __init__(self, turn: Turn, item: Any) -> None:
        self._turn, self._item = turn, item
        self._undo: list[Callable[[], object]] = []
        self._mode = ""
        marker = item.get_closest_marker("benchmark")
        callspec = getattr(item, "callspec", None)
        self.name, self.fullname = item.name, item.nodeid
        self.group = marker.kwargs.get("group") if marker else None
        self.params = callspec.params if callspec else None
        self.param = callspec.id if callspec else None
        self.extra_info: dict[str, Any] = {}
        self.has_error = False
        self.pending: Pending | None = None

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """Be what a test's annotations ask for, where they are looked at."""
        theirs = sys.modules.get("pytest_benchmark.fixture") or sys.modules.get("pytest_codspeed")
        return getattr(theirs, "BenchmarkFixture", Benchmark)

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Time a function; return its last result."""
        self._use("benchmark(...)")
        return self.serve(Timed(function=function, args=args, kwargs=kwargs))

    def pedantic(  # noqa: PLR0913, PLR0917 - the signature of pytest-benchmark
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        """Time a function whose arguments may be made anew for each call; return its last result.

        Raises:
            ValueError: a number is none that pytest-benchmark takes.
        """
        self._use("benchmark.pedantic(...)")
        for name, number, least in (
            ("iterations", iterations, 1),
            ("rounds", rounds, 1),
            ("warmup_rounds", warmup_rounds, 0),
        ):
            if number < least:
                raise ValueError(f"Must have positive int for `{name}`.")
        if iterations > 1 and setup:
            raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")
        return self.serve(
            Timed(
                function=target,
                args=tuple(args),
                kwargs=dict(kwargs or {}),
                setup=setup,
                teardown=teardown,
                warm_ups=warmup_rounds * iterations,
            )
        )

    def weave(self, target: Any, **kwargs: Any) -> None:
        """Time a function where the code under test calls it, as pytest-benchmark does."""
        import aspectlib  # type: ignore[import-not-found] # the project's, if it weaves

        def aspect(function: Callable[..., Any]) -> Callable[..., Any]:
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return self(function, *args, **kwargs)

            return wrapper

        self._undo.append(aspectlib.weave(target, aspect, **kwargs).rollback)

    patch = weave

    @property
    def stats(self) -> Stats:
        """What was measured until now, as pytest-benchmark names it."""
        return Stats(self._turn.walls_s)

    def close(self) -> None:
        """Take back what was woven in."""
        while self._undo:
            self._undo.pop()()

    def serve(self, timed: Timed) -> Any:
        """Time it on orders; a coroutine function is awaited on the loop that the test runs on."""
        if inspect.iscoroutinefunction(_plain(timed.function)):
            return self._served_awaited(timed)
        conversation = self._turn.converse(timed)
        calls = next(conversation)
        while True:
            round_ = timed.run(calls)
            if inspect.iscoroutine(round_.result):  # a plain function that gives a coroutine
                round_.result.close()
                conversation.close()
                return self._served_awaited(timed)
            try:
                calls = conversation.send(round_)
            except StopIteration as over:
                return self._last(over.value)

    async def serve_awaited(self, timed: Timed) -> Any:
        """Await it on orders."""
        conversation = self._turn.converse(timed)
        calls = next(conversation)
        while True:
            round_ = await timed.run_awaited(calls)
            try:
                calls = conversation.send(round_)
            except StopIteration as over:
                return self._last(over.value)

    def _served_awaited(self, timed: Timed) -> Any:
        """Return what an async test awaits; a plain one gets the result itself, of a loop."""
        if asyncio._get_running_loop() is not None or _is_async(self._item):  # noqa: SLF001 - the running loop, or None without an error
            self.pending = Pending(self, timed)
            return self.pending
        for value in (self._item.funcargs or {}).values():
            if isinstance(value, asyncio.AbstractEventLoop) and not value.is_closed():
                return value.run_until_complete(self.serve_awaited(timed))
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(self.serve_awaited(timed))
        finally:
            loop.close()

    def _last(self, round_: Any) -> Any:
        if round_.error:
            self.has_error = True
            raise round_.error
        return round_.result

    def _use(self, mode: str) -> None:
        if self._mode:
            pytest.fail(
                f"it uses benchmark twice ({self._mode}, then {mode}), and a race times one call",
                pytrace=False,
            )
        self._mode = mode


class Pending:
    """What an async test awaits, or what is awaited for it at its end."""

    def __init__(self, benchmark: Benchmark, timed: Timed) -> None:
        self._benchmark, self._timed = benchmark, timed
        self.awaited = False

    def __await__(self) -> Generator[Any, None, Any]:
        """Race until it is over, then return the last result."""
        self.awaited = True
        return self._benchmark.serve_awaited(self._timed).__await__()


def _plain(function: Any) -> Any:
    """Return the function behind partials."""
    while hasattr(function, "func") and hasattr(function, "keywords"):
        function = function.func
    if not inspect.isroutine(function) and callable(function) and not isinstance(function, type):
        return type(function).__call__
    return function


def _is_async(item: Any) -> bool:
    return inspect.iscoroutinefunction(inspect.unwrap(getattr(item, "function", None) or len))
