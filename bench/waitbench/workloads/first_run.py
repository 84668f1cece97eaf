"""When a call first runs: a plain function, a coroutine only called, awaited, or made a task."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.units import duration_ns
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

PAUSES = {"called": 1, "awaited": 3, "scheduled": 1}
"""How many pauses a task lasts, one after the other, by how its coroutines are used."""
CALLS = 2
"""Each task calls twice before it awaits anything, as one does who thinks that a call starts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one task saw of its two calls.

    Attributes:
        tasks_made: by how many the tasks of the loop grew while it called.
        ran_when_called: how many had begun to run when both had been called.
        ran_before_await: how many had begun after a pause in which the loop was free.
        ran_at_all: how many had begun in the end.
        first_run_ns: from the first call until one began to run; None if none did.
    """

    tasks_made: int
    ran_when_called: int
    ran_before_await: int
    ran_at_all: int
    first_run_ns: int | None


class Workload:
    """A task calls `step()` twice, pauses, and then does with the two what `how` says.

    `called` throws them away unawaited, `awaited` awaits one after the other, `scheduled` called
    them through `asyncio.create_task`. A step notes when it begins to run, and pauses as well. The
    sync form calls the same as plain functions.
    """

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()

    def __init__(self, how: str = "awaited", pause: str = "2ms") -> None:
        self._how = one_of(PAUSES, how, "how")
        self._pause_ns = duration_ns(pause)
        self.waits_ns = PAUSES[how] * self._pause_ns

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Account]]:
        """Nothing to open."""
        pause_s = self._pause_ns / 1e9

        def task(number: int) -> Account:  # noqa: ARG001 - every task is alike
            began: list[int] = []

            def step() -> None:
                began.append(time.perf_counter_ns())
                time.sleep(pause_s)

            start = time.perf_counter_ns()
            for _ in range(CALLS):
                step()
            when_called = len(began)
            time.sleep(pause_s)
            return _account(0, when_called, len(began), began, start)

        yield task

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - a loop pauses any number at once
    ) -> AsyncIterator[Callable[[int], Awaitable[Account]]]:
        """Nothing to open."""
        pause_s, how = self._pause_ns / 1e9, self._how

        async def task(number: int) -> Account:  # noqa: ARG001 - every task is alike
            began: list[int] = []

            async def step() -> None:
                began.append(time.perf_counter_ns())
                await asyncio.sleep(pause_s)

            tasks_before = len(asyncio.all_tasks())
            start = time.perf_counter_ns()
            called = [step() for _ in range(CALLS)]
            pending: Sequence[Awaitable[None]] = called
            if how == "scheduled":
                pending = [asyncio.create_task(coroutine) for coroutine in called]
            when_called = len(began)
            tasks_made = len(asyncio.all_tasks()) - tasks_before
            await asyncio.sleep(pause_s)
            before_await = len(began)
            if how == "called":
                for coroutine in called:
                    coroutine.close()  # it would warn that it was never awaited
            else:
                for awaitable in pending:
                    await awaitable
            return _account(tasks_made, when_called, before_await, began, start)

        yield task

    def check(self, number: int, result: Account) -> None:
        """Who was awaited has run; whether who was not has run is what is asked, not checked."""
        if self._how != "called" and result.ran_at_all != CALLS:
            raise WrongResultError(f"task {number} awaited {CALLS}, and {result.ran_at_all} ran")

    def metrics(self, results: Sequence[Account]) -> Mapping[str, float]:
        """Sum up over the round's tasks: of how many `calls`, how many had begun by when."""
        first = [account.first_run_ns for account in results if account.first_run_ns is not None]
        return {
            "calls": CALLS * len(results),
            "tasks_made": sum(account.tasks_made for account in results),
            "ran_when_called": sum(account.ran_when_called for account in results),
            "ran_before_await": sum(account.ran_before_await for account in results),
            "ran_at_all": sum(account.ran_at_all for account in results),
            **({"first_run_ns": median(first)} if first else {}),
        }


def _account(
    tasks_made: int, when_called: int, before_await: int, began: Sequence[int], start: int
) -> Account:
    return Account(
        tasks_made=tasks_made,
        ran_when_called=when_called,
        ran_before_await=before_await,
        ran_at_all=len(began),
        first_run_ns=began[0] - start if began else None,
    )
