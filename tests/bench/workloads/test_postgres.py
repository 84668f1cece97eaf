"""The PostgreSQL workload against a real server: right answers, and tables that go again."""

import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.services import postgres
from waitbench.services.distances import Distances
from waitbench.services.postgres import Postgres
from waitbench.workloads.postgres import Workload

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(postgres.unavailable() is not None, reason=str(postgres.unavailable())),
]


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    with Postgres() as server:
        yield server.dsn


def schemas(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'waitbench%'"
        return [name for (name,) in connection.execute(query)]


@pytest.mark.parametrize("query", ["wait", "select", "insert"])
@pytest.mark.parametrize("model_name", ["threads", "processes", "asyncio"])
def test_every_form_of_every_query_is_answered_rightly(
    model_name: str, query: str, dsn: str
) -> None:
    workload = Workload(dsn, query=query, duration="2ms")
    with registry.load("models", model_name).Model(workload, 3) as model:
        spans = model.run(9)
    assert list(complaints(workload, spans, 9)) == []
    if query == "insert":
        with psycopg.connect(dsn) as connection:
            connection.execute(f"SET search_path = {workload._schema}")
            rows = connection.execute("SELECT number FROM written ORDER BY number").fetchall()
        assert rows == [(number,) for number in range(9)]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("wait", (3, 0.0049)),
        ("wait", (4, 0.006)),
        ("select", (4, "item 4 " * 10)),
        ("select", (3, "item 3 " * 9)),
        ("insert", (3, "0" * 32)),
        ("insert", None),
    ],
)
def test_wrong_answers_are_told(query: str, wrong: tuple[object, ...] | None, dsn: str) -> None:
    with pytest.raises(WrongResultError, match="task 3"):
        Workload(dsn, query=query, duration="5ms").check(3, wrong)


def test_the_wait_is_known_only_where_one_is_asked_for(dsn: str) -> None:
    assert Workload(dsn, query="wait", duration="7ms").waits_ns == 7_000_000
    assert Workload(dsn, query="select").waits_ns == 0


@pytest.mark.parametrize("model_name", ["threads", "asyncio"])
def test_a_server_some_way_away_answers_as_rightly_and_so_much_later(
    model_name: str, dsn: str
) -> None:
    with Distances([("postgres", postgres.place(dsn), "15ms")]) as proxy:
        far = postgres.through(dsn, proxy.port("postgres", "15ms"))
        workload = Workload(far, query="select", distance="15ms")
        assert workload.waits_ns == 15_000_000
        with registry.load("models", model_name).Model(workload, 3) as model:
            spans = model.run(6)
        assert proxy.cpu_ns() > 0
        del workload
    assert list(complaints(Workload(dsn), spans, 6)) == []
    assert min(end_ns - begun_ns for begun_ns, end_ns, _ in spans) >= 15_000_000


def test_the_tables_go_with_the_workload(dsn: str) -> None:
    workload = Workload(dsn)
    schema = workload._schema
    assert schema in schemas(dsn)
    del workload
    assert schema not in schemas(dsn)


def test_the_tables_of_a_killed_worker_go_with_the_next_one_and_those_of_a_live_one_stay(
    dsn: str,
) -> None:
    code = (
        "import os, signal, sys; from waitbench.workloads.postgres import Workload; "
        "workload = Workload(sys.argv[1]); print(workload._schema, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, dsn], capture_output=True, text=True, check=False
    )
    left = ran.stdout.strip()
    assert left in schemas(dsn)
    live = Workload(dsn)
    # The server notices that the client is dead a moment later, and frees its lock then.
    until = time.monotonic() + 10
    while left in schemas(dsn) and time.monotonic() < until:
        Workload(dsn)
    assert left not in schemas(dsn)
    assert live._schema in schemas(dsn)


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    with pytest.raises(BenchError, match=r"PostgreSQL does not answer: .*9") as caught:
        Workload("host=127.0.0.1 port=9 user=nobody")
    assert "\n" not in str(caught.value)


def test_a_query_that_is_none_of_the_choices_is_named_with_them(dsn: str) -> None:
    with pytest.raises(BenchError, match="query='join' is none of wait, select, insert"):
        Workload(dsn, query="join")
