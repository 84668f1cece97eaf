"""What sets the variants of asyncio and executors apart from the models that they vary."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import ClassVar

import pytest

from waitbench import registry
from waitbench.models import _shares, loop_per_thread, to_thread
from waitbench.race.worker_session import complaints
from waitbench.scenario import WrongResultError
from waitbench.system import machine, python_state

TASKS, CONCURRENCY = 11, 4

WHERE = dict[str, int]


class Workload:
    """A task says its own number, and in which process it ran."""

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar[Sequence[str]] = ()
    async_needs: ClassVar[Sequence[str]] = ()
    waits_ns = 0

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], WHERE]]:
        yield lambda number: {"number": number, "pid": os.getpid()}

    @asynccontextmanager
    async def async_client(
        self, concurrency: int
    ) -> AsyncIterator[Callable[[int], Awaitable[WHERE]]]:
        async def task(number: int) -> WHERE:
            await asyncio.sleep(0)
            return {"number": number, "pid": os.getpid()}

        yield task

    def check(self, number: int, result: WHERE) -> None:
        if result["number"] != number:
            raise WrongResultError(f"task {number} gave {result['number']}")


@pytest.mark.processes
@pytest.mark.parametrize(
    "model_name",
    [
        name
        for name in registry.names("models")
        if name not in {"gevent", "rloop"}  # patches its process; leaves sockets unclosed
        and not registry.unavailable("models", name)
        and registry.load("models", name).Model.form in {"sync", "async"}
    ],
)
def test_every_result_belongs_to_its_number(model_name: str) -> None:
    workload = Workload()
    with registry.load("models", model_name).Model(workload, CONCURRENCY) as model:
        for _ in range(2):
            assert list(complaints(workload, model.run(TASKS), TASKS)) == []
        assert model.run(0) == []


def test_places_and_tasks_are_dealt_out_like_cards() -> None:
    assert _shares.dealt_places(5, 2) == [3, 2]
    assert _shares.dealt_places(1, 2) == [1]
    shares = _shares.dealt_tasks(7, [3, 2])
    assert shares == [[0, 2, 4, 5], [1, 3, 6]]
    rounds = [[(number, number, f"task {number}") for number in share] for share in shares]
    assert [result for _, _, result in _shares.gathered(shares, rounds)] == [
        f"task {number}" for number in range(7)
    ]


@pytest.mark.parametrize("told", ["that share one GIL", "without a GIL"])
def test_a_loop_in_each_thread_says_how_many_how_wide_and_whether_they_share_a_lock(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cores_allowed", lambda: 2)
    monkeypatch.setattr(python_state, "gil", lambda: "share" in told)
    with loop_per_thread.Model(Workload(), 5) as model:
        threads = {thread.name for thread in threading.enumerate() if "loop" in thread.name}
        assert model.run(0) == []
    assert len(threads) == 2
    assert model.width == 5
    assert model.notes == (f"event loops in 2 threads {told}, with 3 and 2 tasks at once in each",)


@pytest.mark.processes
def test_one_loop_a_core_shares_the_tasks_out_evenly() -> None:
    processes = min(machine.cores_allowed(), 2)
    with registry.load("models", "processes_asyncio").Model(Workload(), 2) as model:
        pids = [result["pid"] for _, _, result in model.run(10)]
    assert os.getpid() not in pids
    assert sorted(pids.count(pid) for pid in set(pids)) == [10 // processes] * processes


def test_the_default_executor_caps_to_thread_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    cores = "process_cpu_count" if sys.version_info >= (3, 13) else "cpu_count"
    monkeypatch.setattr(os, cores, lambda: 2)
    assert to_thread.default_threads() == 6
    model = to_thread.Model(Workload(), 50)
    assert model.width == 6
    assert model.notes == (
        "the default executor has 6 threads, min(32, cores + 4): 6 at once of the 50 asked for",
    )
    assert to_thread.Model(Workload(), 6).notes == ()
    monkeypatch.setattr(os, cores, lambda: 64)
    assert to_thread.default_threads() == 32


def test_to_thread_really_runs_as_many_at_once_as_it_says() -> None:
    threads = to_thread.default_threads()
    napping = registry.load("workloads", "sleep").Workload(duration="100ms")
    with to_thread.Model(napping, threads + 3) as model:
        spans = model.run(threads + 3)
    first_end = min(end for _, end, _ in spans)
    assert sum(start < first_end for start, _, _ in spans) == threads == model.width


def test_interpreters_and_free_threads_say_what_they_need() -> None:
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    reasons = {
        name: registry.unavailable("models", name) for name in ("interpreters", "free_threads")
    }
    assert reasons == {
        "interpreters": None if sys.version_info >= (3, 14) else "needs Python 3.14",
        "free_threads": "needs an interpreter whose GIL is off, such as python3.14t"
        if locked
        else None,
    }
