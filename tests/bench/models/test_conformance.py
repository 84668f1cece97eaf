"""Every model runs every workload right: one suite over all files of both folders."""

import multiprocessing
import threading
import time
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.registry import fit
from waitbench.scenario import Failed
from waitbench.services import redis as redis_server
from waitbench.services.postgres import Postgres, unavailable
from waitbench.services.target import Target

pytestmark = pytest.mark.processes

TASKS, CONCURRENCY = 9, 3
SMALL = {
    "http": {"latency": "2ms"},
    "mixed": {"latency": "2ms", "steps": "100"},
    "sleep": {"duration": "2ms"},
    "compute": {"steps": "1000"},
    "digest": {"size": "64KB"},
}
"""Parameters that make a task of each workload short; a new workload runs with its own defaults."""

ONE_AT_A_TIME = ("sync", "asyncio_serial")
CANNOT = {("interpreters", "coordination"): "interpreters share no lock of threads or processes"}
"""Pairs that make no sense, and why."""
FEW = {"loop_per_thread": ("compute", "http", "mixed", "sleep")}
"""Models that are another one several times: these workloads show whether tasks are dealt right."""
IN_WORKERS = ("gevent", "rloop", "zuvloop")
"""Models that `test_in_workers.py` runs in a process of their own: one patches it, and two are the
asyncio model again, of which rloop 0.5.0 leaves sockets unclosed, which is an error here."""


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with Target() as running:
        yield running


@pytest.fixture(scope="module")
def postgres() -> Iterator[str | None]:
    if unavailable():
        yield None
        return
    with Postgres() as running:
        yield running.dsn


@pytest.fixture(scope="module")
def redis() -> Iterator[str | None]:
    if redis_server.unavailable():
        yield None
        return
    with redis_server.Redis() as running:
        yield running.dsn


def usable(room: str) -> list[ParameterSet]:
    """List a room's files; one that cannot be used here is skipped with its reason."""
    params = []
    for name in registry.names(room):
        if room == "models" and name in IN_WORKERS:
            continue
        reason = registry.unavailable(room, name)
        params.append(pytest.param(name, marks=pytest.mark.skip(reason=reason) if reason else ()))
    return params


def pairs() -> list[ParameterSet]:
    """List models with workloads that they have a form for."""
    return [
        pytest.param(*model.values, *workload.values, marks=(*model.marks, *workload.marks))
        for model in usable("models")
        for workload in usable("workloads")
        if workload.values[0] in FEW.get(str(model.values[0]), workload.values)
        if "no form" not in (fit.clash(str(workload.values[0]), str(model.values[0])) or "")
    ]


@pytest.mark.parametrize(("model_name", "workload_name"), pairs())
def test_runs_every_task_once_rightly_and_leaves_nothing(
    model_name: str,
    workload_name: str,
    target: Target,
    postgres: str | None,
    redis: str | None,
) -> None:
    if reason := CANNOT.get((model_name, workload_name)):
        pytest.skip(reason)
    params = dict(SMALL.get(workload_name, {}))
    workload_type = registry.load("workloads", workload_name).Workload
    if workload_type.needs_target:
        params["target"] = target.url
    if registry.needs_postgres(workload_name):
        params["postgres"] = postgres or pytest.skip(str(unavailable()))
    if registry.needs_redis(workload_name):
        params["redis"] = redis or pytest.skip(str(redis_server.unavailable()))
    workload = workload_type(**params)
    threads_before = user_threads()

    with registry.load("models", model_name).Model(workload, CONCURRENCY) as model:
        begun = time.perf_counter_ns()
        first = model.run(TASKS)
        second = model.run(TASKS)
        ended = time.perf_counter_ns()

    for spans in (first, second):
        assert list(complaints(workload, spans, TASKS)) == []
        assert all(begun <= start <= end <= ended for start, end, _ in spans)
        assert most_at_once(spans) <= model.width <= CONCURRENCY
    assert user_threads() <= threads_before
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    "model_name", [model for model in usable("models") if model.values[0] not in ONE_AT_A_TIME]
)
def test_waits_overlap_up_to_the_concurrency(model_name: str) -> None:
    workload = registry.load("workloads", "sleep").Workload(duration="100ms")
    with registry.load("models", model_name).Model(workload, CONCURRENCY) as model:
        assert most_at_once(model.run(TASKS)) == CONCURRENCY


@pytest.mark.parametrize("model_name", usable("models"))
def test_a_task_that_raises_fails_alone(model_name: str) -> None:
    workload = registry.load("workloads", "http").Workload(target="http://127.0.0.1:9")  # closed
    with registry.load("models", model_name).Model(workload, CONCURRENCY) as model:
        spans = model.run(TASKS)
    assert len(spans) == TASKS
    for _, _, result in spans:
        assert isinstance(result, Failed)
        assert "Connect" in result.reason


def test_work_without_an_async_form_says_so_and_holds_the_loop() -> None:
    workload = registry.load("workloads", "compute").Workload(steps="20_000")
    with registry.load("models", "asyncio").Model(workload, CONCURRENCY) as model:
        spans = model.run(TASKS)
    assert model.width == 1
    assert "no async form" in model.notes[0]
    assert most_at_once(spans) == 1


def test_more_processes_than_bearable_are_held_back_with_a_note() -> None:
    workload = registry.load("workloads", "compute").Workload(steps="1")
    model = registry.load("models", "processes").Model(workload, 1000)
    assert model.width == 64
    assert "64 processes of the 1000" in model.notes[0]


def user_threads() -> set[threading.Thread]:
    """List the threads that hold up an exit; a library's daemon (c-ares keeps one) does not."""
    return {thread for thread in threading.enumerate() if not thread.daemon}


def most_at_once(spans: list[tuple[int, int, object]]) -> int:
    """Count how many of the spans overlap at most; one that ends as another begins does not."""
    moments = sorted([(end, -1) for _, end, _ in spans] + [(start, 1) for start, _, _ in spans])
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most
