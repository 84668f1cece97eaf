"""Where a workload's PostgreSQL comes from, and who suffers when it does not come."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Self

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict

from waitbench import registry
from waitbench.race import databases
from waitbench.race.run_services import RunServices
from waitbench.race.worker_process import ContestantError
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.services import postgres

GIVEN = "postgresql://somebody@127.0.0.1:1/given"


def asks(workload: str) -> Scenario:
    return Scenario(suite="test", workload=workload, tasks=1, concurrency=1)


LINEUP = [(asks("sleep"), [Contestant.of("sync")]), (asks("compute"), [Contestant.of("sync")])]


class Server:
    """In place of a real one, which takes seconds to start."""

    started = 0
    alive = True

    def __init__(self) -> None:
        self.dsn = "postgresql://own"

    def __enter__(self) -> Self:
        Server.started += 1
        return self

    def __exit__(self, *exc_info: object) -> None:
        Server.started -= 1

    def cpu_ns(self) -> int:
        return 7


class Refusing(Server):
    def __enter__(self) -> Self:
        raise BenchError("no room on the disk")


@pytest.fixture(autouse=True)
def sleepers_want_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "needs_postgres", lambda workload: workload == "sleep")
    monkeypatch.setattr(postgres, "Postgres", Server)
    yield
    assert Server.started == 0


def test_one_is_started_for_who_wants_it_and_stopped_again() -> None:
    with RunServices(LINEUP, seed=1) as services:
        assert Server.started == 1
        assert services.params(asks("sleep")) == {"postgres": "postgresql://own"}
        assert services.params(asks("compute")) == {}
        assert services.database_cpu_ns() == 7


def test_the_rows_of_one_that_died_fail_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with RunServices(LINEUP, seed=1) as services:
        services.check_database()
        monkeypatch.setattr(Server, "alive", False)
        with pytest.raises(ContestantError, match="PostgreSQL died in mid-run"):
            services.check_database()
        with pytest.raises(ContestantError, match="PostgreSQL died in mid-run"):
            services.params(asks("sleep"))
        assert services.params(asks("compute")) == {}


def test_a_given_one_is_used_and_none_started() -> None:
    with RunServices(LINEUP, seed=1, postgres=GIVEN) as services:
        assert Server.started == 0
        assert services.params(asks("sleep")) == {"postgres": GIVEN}
        assert services.database_cpu_ns() == 0


def test_nobody_wants_one_and_none_is_started() -> None:
    with RunServices(LINEUP[1:], seed=1):
        assert Server.started == 0


def test_where_it_does_not_start_only_who_wants_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "Postgres", Refusing)
    with RunServices(LINEUP, seed=1) as services:
        assert services.params(asks("compute")) == {}
        with pytest.raises(ContestantError, match="no room on the disk"):
            services.params(asks("sleep"))


class Far:
    """In place of a real proxy."""

    alive = True

    def __init__(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        assert list(wanted) == [("postgres", "127.0.0.1:1", "5ms")]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing was started."""

    def port(self, service: str, distance: str) -> int:
        return {("postgres", "5ms"): 7}[service, distance]

    def cpu_ns(self) -> int:
        return 3


def test_who_is_some_way_away_is_reached_by_a_proxy_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(databases, "Distances", Far)
    near, far = (replace(asks("sleep"), params={"distance": distance}) for distance in ("0", "5ms"))
    lineup = [(scenario, [Contestant.of("sync")]) for scenario in (near, far, far)]
    with RunServices(lineup, seed=1, postgres=GIVEN) as services:
        assert services.params(near) == {"distance": "0", "postgres": GIVEN}
        there = conninfo_to_dict(services.params(far)["postgres"])
        assert (there["hostaddr"], there["port"], there["dbname"]) == ("127.0.0.1", "7", "given")
        assert services.database_cpu_ns() == 3
        monkeypatch.setattr(Far, "alive", False)
        with pytest.raises(ContestantError, match="the proxy in front of the database died"):
            services.params(far)


@pytest.mark.processes
def test_a_latency_that_the_target_does_not_know_ends_the_run_at_once() -> None:
    before = set(psutil.Process().children())
    scenario = replace(asks("http"), params={"latency": "soon"})
    with pytest.raises(BenchError, match="latency: 'soon' is not a duration"):
        RunServices([(scenario, [Contestant.of("sync")])], seed=1).__enter__()
    assert set(psutil.Process().children()) <= before


@pytest.mark.processes
def test_the_target_of_a_race_is_the_one_that_costs_least() -> None:
    scenario = replace(asks("http"), params={"latency": "1ms"})
    with RunServices([(scenario, [Contestant.of("sync")])], seed=1) as services:
        assert services.ready is not None
        assert services.ready["engine"] == "fast"
