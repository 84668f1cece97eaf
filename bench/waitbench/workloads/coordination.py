"""Many operations on a lock, semaphore, queue or event that all tasks share."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, ClassVar, Self

from waitbench.scenario import WrongResultError
from waitbench.units import count
from waitbench.workloads import _tools, _turns
from waitbench.workloads._choice import one_of
from waitbench.workloads._overlaps import most_at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

SECTIONS = ("update", "straight", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one task did.

    Attributes:
        operations: how many it did.
        begun_ns: when it began, by `perf_counter_ns`.
        ended_ns: when it had done the last.
        value_before: the shared number, just before it began.
        value_after: the same, just after it had ended.
        held: when it had the tool, where the section is `update`.
    """

    operations: int
    begun_ns: int
    ended_ns: int
    value_before: int
    value_after: int
    held: Sequence[_turns.Held]


class Workload:
    """A task takes the shared tool and gives it back, `times` over.

    What it does while it has it is the `section`. `update`: it reads the number that all share,
    lets others run (`sleep(0)` on a loop, `sched_yield` in a thread), and writes back one more:
    without a lock, what others wrote meanwhile is lost. `straight`: the same, without letting
    others run. `empty`: nothing, which leaves the tool's own cost.

    Tools are `lock`, `semaphore` of so many `places`, `queue` of so many tokens to take and put
    back, `event` (each task its own: set, wait, clear), and `none`. Each is that of asyncio, of
    threads, or of multiprocessing, whichever the model needs.
    """

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("multiprocessing.sharedctypes", "multiprocessing.synchronize")
    async_needs: ClassVar = ("multiprocessing.sharedctypes",)
    waits_ns = 0

    def __init__(
        self, tool: str = "lock", times: str = "20", section: str = "update", places: str = "1"
    ) -> None:
        self._params = {"tool": tool, "times": times, "section": section, "places": places}
        self._tool, self._times = one_of(_tools.TOOLS, tool, "tool"), count(times, "times")
        self._places = count(places, "places")
        section = one_of(SECTIONS, section, "section")
        self._section = "empty" if tool == "event" else section
        self._kit = _tools.THREADS
        self._shared = _tools.share(self._kit, tool, self._places)
        self._between: _tools.Shared | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to a child process: all children of one pool get the same tool and number.

        Multiprocessing allows that only while a child is being started, which is when pools do it.
        """
        if self._between is None:
            kit, cell = _tools.processes(), self._shared.cell
            self._between = _tools.share(kit, self._tool, self._places, cell)
        return _arrive, (self._params, self._between)

    def among_processes(self, shared: _tools.Shared) -> Self:
        """Use what processes share, here in one of them; return this workload."""
        self._kit, self._shared = _tools.processes(), shared
        return self

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Account]]:
        """Open nothing; an event is made for each client."""
        cell = self._shared.cell
        operate = _turns.in_thread(self._tool, self._kit, self._shared, self._times, self._section)

        def task(number: int) -> Account:  # noqa: ARG001 - every task is alike
            before, begun_ns = cell.value, perf_counter_ns()
            held = operate()
            return self._account(before, begun_ns, held, perf_counter_ns(), cell.value)

        yield task

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - the tool does not depend on it
    ) -> AsyncIterator[Callable[[int], Awaitable[Account]]]:
        """Make what the coroutines of this loop share."""
        kit = _tools.LOOP
        shared = _tools.share(kit, self._tool, self._places)
        cell = shared.cell
        operate = _turns.on_loop(self._tool, kit, shared, self._times, self._section)

        async def task(number: int) -> Account:  # noqa: ARG001 - every task is alike
            before, begun_ns = cell.value, perf_counter_ns()
            held = await operate()
            return self._account(before, begun_ns, held, perf_counter_ns(), cell.value)

        yield task

    def _account(
        self, before: int, begun_ns: int, held: Sequence[_turns.Held], ended_ns: int, after: int
    ) -> Account:
        return Account(
            operations=self._times,
            begun_ns=begun_ns,
            ended_ns=ended_ns,
            value_before=before,
            value_after=after,
            held=held,
        )

    def check(self, number: int, result: Account) -> None:
        """All operations done; what was lost is no error of a task, but a figure of the round."""
        held = self._times if self._section == "update" else 0
        if (result.operations, len(result.held)) != (self._times, held):
            raise WrongResultError(f"task {number} did not do its {self._times} operations")

    def metrics(self, results: Sequence[Account]) -> Mapping[str, float]:
        """Return an operation's cost; of updates also how many were lost, and the most at once.

        The cost is the time from the first begun to the last ended over all operations, with the
        Python loop around them.
        """
        first = min(results, key=lambda account: account.begun_ns)
        last = max(results, key=lambda account: account.ended_ns)
        operations = sum(account.operations for account in results)
        figures = {
            "operations": float(operations),
            "operation_ns": (last.ended_ns - first.begun_ns) / operations,
        }
        if self._section != "empty":
            figures["lost"] = operations - (last.value_after - first.value_before)
        if self._section == "update":
            figures["most_at_once"] = most_at_once(
                held for account in results for held in account.held
            )
        return figures


def _arrive(params: Mapping[str, str], shared: _tools.Shared) -> Workload:
    return Workload(**params).among_processes(shared)
