"""gevent, which patches its worker, and loops of others: what they run and say, how they end."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.bench.race.test_worker_process import gone, hang_up
from waitbench import registry
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.registry import optional
from waitbench.results.spans import decode_spans
from waitbench.scenario import BenchError
from waitbench.services.target import Target
from waitbench.system.interrupt import Interrupt

LIMIT_S = 60
TASKS, CONCURRENCY = 9, 3
CLOSED = "http://127.0.0.1:9"


@pytest.fixture(params=["gevent", "rloop", "zuvloop"])
def worker(calm: Interrupt, request: pytest.FixtureRequest) -> Iterator[WorkerProcess]:
    if reason := registry.unavailable("models", request.param):
        pytest.skip(reason)
    with WorkerProcess(request.param, calm, ["http", "sleep"]) as started:
        started.greet()
        yield started


@pytest.fixture
def calm() -> Iterator[Interrupt]:
    with Interrupt.never() as never:
        yield never


@pytest.fixture
def opened(worker: WorkerProcess) -> Callable[..., dict[str, object]]:
    def open_(workload: str, **params: str) -> dict[str, object]:
        return worker.ask(
            "open", within_s=LIMIT_S, workload=workload, params=params, concurrency=CONCURRENCY
        )

    return open_


@pytest.mark.processes
def test_its_worker_runs_waits_requests_and_failures_and_gevent_says_that_it_patched(
    worker: WorkerProcess, opened: Callable[..., dict[str, object]]
) -> None:
    said = opened("sleep", duration="50ms")
    assert said["width"] == CONCURRENCY
    assert ("monkey.patch_all()" in str(said["notes"])) is (worker.model == "gevent")
    answer = worker.ask("run", within_s=LIMIT_S, tasks=TASKS)
    starts, durations = decode_spans(answer["spans"])
    spans = list(zip(starts, durations, strict=True))
    most = max(sum(at <= moment < at + took for at, took in spans) for moment in starts)
    assert (answer["errors"], most) == (0, CONCURRENCY)
    worker.ask("close", within_s=LIMIT_S)
    with Target() as target:
        opened("http", target=target.url, latency="2ms")
        assert worker.ask("run", within_s=LIMIT_S, tasks=TASKS)["errors"] == 0
        worker.ask("close", within_s=LIMIT_S)
    opened("http", target=CLOSED)
    answer = worker.ask("run", within_s=LIMIT_S, tasks=TASKS)
    assert answer["errors"] == TASKS
    assert "Connect" in answer["error"]
    worker.ask("close", within_s=LIMIT_S)
    assert opened("compute", steps="100")["width"] == 1
    assert worker.ask("run", within_s=LIMIT_S, tasks=TASKS)["errors"] == 0


@pytest.mark.parametrize("worker", ["gevent"], indirect=True)
@pytest.mark.processes
def test_its_worker_goes_with_its_conductor_even_in_mid_round(
    worker: WorkerProcess, opened: Callable[..., dict[str, object]]
) -> None:
    opened("sleep", duration="600s")
    threading.Timer(0.3, hang_up(worker)).start()
    with pytest.raises(ContestantError):
        worker.ask("run", within_s=LIMIT_S, tasks=2)
    assert gone(worker.pid)


@pytest.mark.skipif(bool(lacks := optional.missing("gevent")), reason=str(lacks))
def test_importing_the_model_patches_nothing_and_it_refuses_to_run_unpatched() -> None:
    model = registry.load("models", "gevent").Model
    assert socket.socket.__module__ == "socket"
    assert "gevent" in sys.modules
    sleeping = registry.load("workloads", "sleep").Workload("1ms")
    with pytest.raises(BenchError, match="worker of its own"):
        model(sleeping, CONCURRENCY)
