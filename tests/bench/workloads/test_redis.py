"""The Redis workload against a real server, near and some way away, and the server's end."""

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from waitbench import registry
from waitbench.race.databases import Databases
from waitbench.race.worker_process import ContestantError
from waitbench.race.worker_session import complaints
from waitbench.registry import optional
from waitbench.scenario import Contestant, Scenario, WrongResultError
from waitbench.services import redis
from waitbench.services.redis import Redis
from waitbench.system.procfs import descendants
from waitbench.workloads.redis import Workload

lacks = redis.unavailable() or optional.missing("redis")
pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(lacks is not None, reason=str(lacks)),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Redis() as server:
        yield server.dsn


@pytest.mark.parametrize("command", ["get", "set"])
@pytest.mark.parametrize("model_name", ["threads", "asyncio"])
def test_every_form_of_every_command_is_answered_rightly(
    model_name: str, command: str, url: str
) -> None:
    workload = Workload(url, command=command)
    with registry.load("models", model_name).Model(workload, 3) as model:
        spans = model.run(9)
    assert list(complaints(workload, spans, 9)) == []


def test_wrong_answers_are_told(url: str) -> None:
    workload = Workload(url)
    for wrong in (None, b"value 4 " * 10, b""):
        with pytest.raises(WrongResultError, match="task 3"):
            workload.check(3, wrong)


def test_a_race_s_server_is_as_far_away_as_asked_and_its_end_is_told() -> None:
    near, far = (
        Scenario(suite="test", workload="redis", params=params, tasks=1, concurrency=1)
        for params in ({}, {"distance": "15ms"})
    )
    lineup = [(scenario, [Contestant.of("sync")]) for scenario in (near, far)]
    with Databases(lineup, None) as databases:
        with Workload(**databases.params(near)).sync_client() as ask:
            assert ask(3) == b"value 3 " * 10
        workload = Workload(**databases.params(far), distance="15ms")
        with registry.load("models", "sync").Model(workload, 1) as model:
            spans = model.run(3)
        assert min(end_ns - begun_ns for begun_ns, end_ns, _ in spans) >= 15_000_000
        assert databases.cpu_ns() > 0
        own = [p for p in descendants(os.getpid()) if "redis-server" in psutil.Process(p).name()]
        os.kill(own[-1], signal.SIGKILL)
        server = databases._started["redis"]
        while server.alive:
            time.sleep(0.01)
        with pytest.raises(ContestantError, match="Redis died in mid-run"):
            databases.check()
