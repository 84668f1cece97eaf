"""A benchmark of somebody's own file: a function `bench_…` or a workload, as the gate runs it."""

from __future__ import annotations

from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from waitbench.scenario import BenchError, WrongResultError
from waitbench.units import count
from waitbench.user_code import benchmark_file
from waitbench.user_code.collected import collected
from waitbench.user_code.unconsumed import CURE, unconsumed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator


def unavailable() -> str:
    """Return why nothing but the gate can run it."""
    return "runs benchmarks of your own file: `waitbench gate` names them"


class Workload:
    """One task is `calls` calls of a function, or one task of a workload of that file.

    Args:
        file: where it is.
        name: of the function or class in it.
        root: the project's folder; relative paths in the benchmark mean this one.
        paths: folders put in front of all that is installed, joined by colons.
        away: a folder from which nothing may be imported: the tree of the project's owner.
        calls: of a function, in one task.
        target: URL of the running server, for what asks for it.
    """

    needs_target: ClassVar = False
    computes = True
    has_async = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns: int | None = 0

    def __init__(  # noqa: PLR0913 - each keyword is a parameter
        self,
        file: str,
        name: str,
        root: str,
        *,
        paths: str = "",
        away: str = "",
        calls: str = "1",
        target: str | None = None,
    ) -> None:
        self._calls = count(calls, "calls")
        benchmark_file.enter(root, paths.split(":") if paths else [])
        benchmark = collected(benchmark_file.load(file)).benchmarks.get(name)
        if benchmark is None:
            raise BenchError(f"{Path(file).name} has no benchmark {name!r} any more")
        benchmark_file.refuse_strays(away)
        given = {"target": target} if benchmark_file.wants_target(benchmark) else {}
        self._inner: Any = benchmark(**given) if isinstance(benchmark, type) else None
        self._function = benchmark_file.bound(benchmark, given)
        self._kind = benchmark_file.kind(benchmark)
        self._maker = None if self._inner is not None else benchmark_file.maker(benchmark)
        self._made: list[tuple[Any, ...]] = []
        self.has_async = self._kind.awaited
        if self._inner is not None:
            self.has_async = bool(self._inner.has_async)
            self.computes = bool(getattr(self._inner, "computes", True))
            self.waits_ns = getattr(self._inner, "waits_ns", 0)

    def prepare(self, tasks: int) -> None:
        """Before a round, make the input of each call, where each is to have a fresh one."""
        if self._maker is not None:
            self._made = [(self._maker(),) for _ in range(tasks * self._calls)]

    def _given(self) -> tuple[Any, ...]:
        """Return the arguments of a call."""
        if self._maker is None:
            return ()
        return self._made.pop() if self._made else (self._maker(),)

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Any]]:
        """Open the workload's own client, or a task that calls the function several times."""
        with ExitStack() as stack:
            if self._inner is not None:
                yield stack.enter_context(self._inner.sync_client())
                return
            call = stack.enter_context(self._function()) if self._kind.opened else self._function
            times = range(self._calls)

            def task(number: int) -> Any:  # noqa: ARG001 - every task is the same
                result = None
                for _ in times:
                    result = call()
                return result

            def task_of_fresh(number: int) -> Any:  # noqa: ARG001 - every task is the same
                result = None
                for _ in times:
                    result = call(*self._given())
                return result

            yield task if self._maker is None else task_of_fresh

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[Any]]]:
        """Open the workload's own client, or a task that awaits the function several times."""
        async with AsyncExitStack() as stack:
            if self._inner is not None:
                yield await stack.enter_async_context(self._inner.async_client(concurrency))
                return
            opened = self._kind.opened
            call = await stack.enter_async_context(self._function()) if opened else self._function
            times = range(self._calls)

            async def task(number: int) -> Any:  # noqa: ARG001 - every task is the same
                result = None
                for _ in times:
                    result = await call(*self._given())
                return result

            yield task

    def check(self, number: int, result: Any) -> None:
        """Ask the workload, or the function's own `check`; a function without is taken at its word.

        Raises:
            WrongResultError: the result is wrong, in the words of whoever said so.
        """
        judge = self._inner.check if self._inner is not None else None
        if judge is None and (what := unconsumed(result)):
            raise WrongResultError(f"it gives back {what}: its work is not timed; {CURE}")
        own = getattr(self._function, "check", None)
        with benchmark_file.complaint(number):
            if judge is not None:
                judge(number, result)
            elif own is not None:
                own(result)
