"""Each unfairness that benchmarks of concurrency are known for, committed on purpose and caught."""

from __future__ import annotations

import asyncio as standard_asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from functools import partial
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.sockets import sends_at_once
from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench import registry
from waitbench.models import asyncio, asyncio_serial, processes, sync, threads
from waitbench.perfmodel import bottleneck, chunks
from waitbench.race.answers import round_record
from waitbench.race.worker_session import WorkerSession, complaints
from waitbench.results.record import ContestantRecord
from waitbench.scenario import Contestant, Scenario, WrongResultError
from waitbench.services.target import Target
from waitbench.services.target_stats import round_stats
from waitbench.suites.test_io_bound import SCENARIOS
from waitbench.system import warnings
from waitbench.workloads import compute, http, mixed
from waitbench.workloads.sleep import Workload as Sleep

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from waitbench.scenario import TaskSpan

TASKS, CONCURRENCY = 8, 4
ARMS: dict[str, Any] = {
    "sync": sync.Model,
    "threads": threads.Model,
    "processes": processes.Model,
    "asyncio": asyncio.Model,
    "asyncio_serial": asyncio_serial.Model,
}
ONE_AT_A_TIME = {"sync", "asyncio_serial"}
each_arm = pytest.mark.parametrize("arm", ARMS)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with Target() as running:
        yield running


def http_work(target: Target, latency: str, size: str = "128") -> Any:
    return http.Workload(target.url, latency, size)


def said_of(target: Target, run: Callable[[], object]) -> dict[str, int | None]:
    """What the target says of the requests that `run` sends."""
    target.reset("this one")
    run()
    return round_stats(target.reset("over"))


# Unequal width


@pytest.mark.processes
@each_arm
def test_the_target_sees_as_many_at_once_as_the_arm_declares(arm: str, target: Target) -> None:
    with ARMS[arm](http_work(target, "60ms"), CONCURRENCY) as model:
        model.run(TASKS)
        stats = said_of(target, lambda: model.run(TASKS))
    assert model.width == (1 if arm in ONE_AT_A_TIME else CONCURRENCY)
    assert stats["in_flight_max"] == model.width


def test_an_arm_that_is_narrower_than_the_others_is_labelled() -> None:
    narrow = bottleneck.Burden(
        tasks=16,
        concurrency=16,
        width=4,
        waits_ns=50 * MS,
        wall_ns=203 * MS,
        cpu_ns=5 * MS,
        cores=2,
    )
    assert bottleneck.label(narrow) == "pool-bound"


@given(st.integers(1, 5000), st.integers(1, processes.MOST))
def test_chunks_leave_no_process_idle_while_another_has_a_turn_more(tasks: int, width: int) -> None:
    size = chunks.even_chunk(tasks, width)
    assert ceil(ceil(tasks / size) / width) * size == ceil(tasks / width)


# Start-up inside the time


@pytest.mark.processes
@each_arm
def test_a_round_starts_nothing(arm: str, target: Target) -> None:
    with ARMS[arm](http_work(target, "1ms"), CONCURRENCY) as model:
        assert started_by(lambda: model.run(TASKS)) == set()


def test_a_pool_that_is_started_in_the_round_is_caught() -> None:
    class Lazy(threads.Model):
        def __enter__(self) -> Self:
            self._pool = self._open.enter_context(
                ThreadPoolExecutor(self.width, initializer=self._open_client)
            )
            return self

    lazily: Any = Lazy
    with lazily(Sleep("5ms"), CONCURRENCY) as model:
        assert len(started_by(lambda: model.run(TASKS))) == CONCURRENCY


def started_by(run: Callable[[], object]) -> set[int]:
    """Threads and processes that are there after a round and were not there before."""
    before = threads_and_children()
    run()
    return threads_and_children() - before


def threads_and_children() -> set[int]:
    children = psutil.Process().children(recursive=True)
    return {thread.ident or 0 for thread in threading.enumerate()} | {
        -child.pid for child in children
    }


# Results never consumed


@pytest.mark.processes
@each_arm
def test_every_answer_is_read_to_its_end(arm: str, target: Target) -> None:
    workload = http_work(target, "1ms", "5000")
    with ARMS[arm](workload, CONCURRENCY) as model:
        spans = model.run(TASKS)
    assert [span[2][:2] for span in spans] == [(200, 5000)] * TASKS
    assert list(complaints(workload, spans, TASKS)) == []


@pytest.mark.processes
def test_a_body_that_is_never_read_is_caught(target: Target) -> None:
    class HeadersOnly(http.Workload):
        @asynccontextmanager
        async def async_client(
            self, concurrency: int
        ) -> AsyncIterator[Callable[[int], Awaitable[http.Answer]]]:
            import aiohttp

            async with aiohttp.ClientSession() as session:

                async def get(number: int) -> http.Answer:
                    async with session.get(f"{self._url}{number}") as response:
                        return response.status, 0, 0, ()

                yield get

    workload: Any = HeadersOnly(target.url, "1ms")
    with asyncio.Model(workload, CONCURRENCY) as model:
        wrong = list(complaints(workload, model.run(TASKS), TASKS))
    assert wrong[0] == "task 0 got 0 bytes, asked for 128"
    assert len(wrong) == TASKS


def test_tasks_that_are_not_waited_for_are_caught() -> None:
    class FireAndForget(sync.Model):
        def run(self, tasks: int) -> list[TaskSpan]:
            return super().run(tasks)[:-1]

    class Unawaited(compute.Workload):
        @contextmanager
        def sync_client(self) -> Iterator[Callable[[int], Any]]:
            yield lambda _: None

    workload: Any = compute.Workload("10")
    unawaited: Any = Unawaited("10")
    with FireAndForget(workload, 1) as forgetful:
        assert list(complaints(workload, forgetful.run(3), 3)) == [
            "3 tasks were asked for, 2 came back"
        ]
    with sync.Model(unawaited, 1) as model:
        assert "task 0 computed None" in next(complaints(workload, model.run(3), 3))


# Errors counted as speed


@pytest.mark.processes
@pytest.mark.parametrize("arm", ["sync", "asyncio"])
def test_a_round_of_quick_refusals_is_no_time(arm: str) -> None:
    with Target("--errors", "1") as refusing, ExitStack() as stack:
        session = WorkerSession(arm)
        stack.callback(session.close)
        session.open(
            workload="http",
            params={"target": refusing.url, "latency": "0ms"},
            concurrency=CONCURRENCY,
        )
        answer = session.run(tasks=TASKS)
    assert answer["errors"] == TASKS
    assert answer["error"] == "task 0 was answered with status 500"
    row = ContestantRecord(
        scenario=Scenario(suite="s", workload="http", tasks=TASKS, concurrency=CONCURRENCY),
        contestant=Contestant.of(arm),
        rounds=[round_record(answer)],
    )
    assert row.times_ns == []
    assert row.blocks() == {}


# A different algorithm in the async arm


@pytest.mark.processes
def test_every_arm_waits_for_the_very_same_draws(target: Target) -> None:
    asked = {}
    for arm, model_type in ARMS.items():
        workload = http_work(target, "uniform(1ms,9ms)")
        with model_type(workload, CONCURRENCY) as model:
            asked[arm] = said_of(target, partial(model.run, TASKS))["asked_mean_ns"]
    assert len(set(asked.values())) == 1, asked


@pytest.mark.processes
def test_an_async_form_that_does_less_is_caught(target: Target) -> None:
    class Lighter(mixed.Workload):
        @asynccontextmanager
        async def async_client(
            self, concurrency: int
        ) -> AsyncIterator[Callable[[int], Awaitable[mixed.Answer]]]:
            half = mixed.Workload(target.url, "1ms", "500")
            async with half.async_client(concurrency) as both:
                yield both

    workload: Any = Lighter(target.url, "1ms", "1000")
    with sync.Model(workload, 1) as model:
        assert list(complaints(workload, model.run(TASKS), TASKS)) == []
    with asyncio.Model(workload, CONCURRENCY) as lighter:
        wrong = list(complaints(workload, lighter.run(TASKS), TASKS))
    assert len(wrong) == TASKS
    assert "computed" in wrong[0]


def test_work_without_an_async_form_is_not_given_a_faked_one() -> None:
    workload: Any = compute.Workload("10")
    assert not workload.has_async
    with asyncio.Model(workload, CONCURRENCY) as model:
        spans = model.run(TASKS)
        assert model.width == 1
    assert list(complaints(workload, spans, TASKS)) == []
    with pytest.raises(NotImplementedError):
        workload.async_client(CONCURRENCY)


# Speed-up from summed task durations


def test_a_ratio_is_made_of_walls_whatever_the_tasks_sum_up_to(tmp_path: Path) -> None:
    # Summed, the tasks of both arms took 32 x 50 ms: no gain at all. The walls say 20 times.
    # A slow arm whose tasks claim to have taken 1 ms each does not become faster by it.
    spans = ([0] * 32, [50 * MS] * 32)
    brief = ([0] * 32, [MS] * 32)
    of = scenario()
    made = summary(
        tmp_path,
        record(of, "sync", shaken(1600), spans=spans),
        record(of, "asyncio", shaken(80), spans=spans),
        record(of, "threads", shaken(1600), spans=brief),
    )
    ratios = {row.model: row.ratio for row in made.scenarios[0].rows}
    fast, slow = ratios["asyncio"], ratios["threads"]
    assert fast is not None
    assert slow is not None
    assert fast.value == pytest.approx(20, rel=0.01)
    assert slow.value == pytest.approx(1, rel=0.01)


# Nagle with delayed ACK


@pytest.mark.processes
@each_arm
def test_no_client_holds_small_packets_back(arm: str, target: Target) -> None:
    port = urlsplit(target.url).port or 0
    before = sends_at_once(os.getpid(), port)
    with ARMS[arm](http_work(target, "20ms"), CONCURRENCY) as model:
        model.run(TASKS)
        family = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
        sent_at_once: dict[int, bool] = {}
        for pid in family - {target.pid}:
            sent_at_once |= sends_at_once(pid, port)
    fresh = [at_once for end, at_once in sent_at_once.items() if end not in before]
    assert fresh == [True] * model.width


@pytest.mark.processes
def test_the_target_holds_no_small_packets_back(target: Target) -> None:
    with ARMS["threads"](http_work(target, "20ms"), CONCURRENCY) as model:
        model.run(TASKS)
        sent_at_once = sends_at_once(target.pid, urlsplit(target.url).port or 0)
    assert len(sent_at_once) >= CONCURRENCY
    assert all(sent_at_once.values())


@pytest.mark.processes
def test_a_socket_that_does_hold_them_back_is_told_from_the_others(target: Target) -> None:
    address = urlsplit(target.url)
    port = address.port or 0
    with closing(socket.create_connection((address.hostname or "", port))) as plain:
        assert sends_at_once(os.getpid(), port)[plain.getsockname()[1]] is False


# Debug mode


def test_debug_mode_of_the_environment_does_not_reach_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    seen = []

    class Looking(Sleep):
        @asynccontextmanager
        async def async_client(
            self, concurrency: int
        ) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
            async def look(number: int) -> int:
                seen.append(standard_asyncio.get_running_loop().get_debug())
                return number

            yield look

    looking: Any = Looking("1ms")
    for model_type in (asyncio.Model, asyncio_serial.Model):
        with model_type(looking, CONCURRENCY) as model:
            model.run(2)
    assert seen == [False] * 4


def test_a_run_in_debug_mode_is_warned_of() -> None:
    codes = [
        warning.code for warning in warnings.warnings({"asyncio_debug": True, "cores_allowed": 2})
    ]
    assert "debug-mode" in codes


# Connection reuse


@pytest.mark.processes
@each_arm
def test_a_warm_round_opens_no_connection(arm: str, target: Target) -> None:
    with ARMS[arm](http_work(target, "20ms"), CONCURRENCY) as model:
        model.run(TASKS)
        stats = said_of(target, lambda: model.run(TASKS))
    assert stats["connections_opened"] == 0


@pytest.mark.processes
def test_a_session_for_every_request_shows(target: Target) -> None:
    class Wasteful(http.Workload):
        @contextmanager
        def sync_client(self) -> Iterator[Callable[[int], http.Answer]]:
            def get(number: int) -> http.Answer:
                with super(Wasteful, self).sync_client() as once:
                    return once(number)

            yield get

    wasteful: Any = Wasteful(target.url, "1ms")
    with sync.Model(wasteful, 1) as model:
        model.run(2)
        stats = said_of(target, lambda: model.run(TASKS))
    assert stats["connections_opened"] == TASKS


# The client library taken for concurrency


@pytest.mark.processes
def test_the_serial_control_is_asyncio_but_for_its_width(target: Target) -> None:
    workload = http_work(target, "5ms")
    with asyncio_serial.Model(workload, CONCURRENCY) as model:
        spans = model.run(TASKS)
    assert isinstance(model, asyncio.Model)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(spans))


def test_waiting_suites_race_the_client_library_alone() -> None:
    controlled = [scenario for scenario in SCENARIOS if "asyncio_serial" in scenario.controls]
    assert {scenario.params["latency"] for scenario in controlled} >= {"0ms"}
    assert "asyncio_serial" in registry.names("models")


def test_a_wrong_result_stays_an_error_however_it_is_made() -> None:
    with pytest.raises(WrongResultError):
        compute.Workload("10").check(1, compute.leap(2, 10))
