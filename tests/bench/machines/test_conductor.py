"""Launches over machines that answer, hang, go and differ: each is counted once."""

from collections import Counter
from typing import Any

import pytest

from tests.bench.machines.pretended import (
    LINEUP,
    Future,
    Pretended,
    measures,
    scheduling_ms,
    workers,
)
from tests.bench.synthetic import ENVIRONMENT
from waitbench.machines import conductor, dispatcher, muster
from waitbench.machines.crew import RESOURCE
from waitbench.machines.schedule import MOST_ATTEMPTS, Schedule
from waitbench.race.events import Event, Incident, ScenarioBegun
from waitbench.race.plan import Settings
from waitbench.race.record import RaceRecord
from waitbench.scenario import BenchError
from waitbench.system import environment

MANY = 2_000
"""With 10,000 of them each costs the same, and the test five times as long."""


@pytest.fixture(autouse=True)
def _same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it is as on every machine; what takes seconds takes none."""
    monkeypatch.setattr(environment, "describe", lambda: dict(ENVIRONMENT))
    monkeypatch.setattr(dispatcher, "ASKS_EVERY_S", 0.0)
    monkeypatch.setattr(dispatcher, "NOBODY_FOR_S", 0.2)
    monkeypatch.setattr(muster, "SOMEBODY_WITHIN_S", 0.2)


def raced(cluster: Pretended, launches: int = 6, **more: Any) -> tuple[RaceRecord, list[Event]]:
    heard: list[Event] = []
    settings = Settings(launches=launches, budget_s=10, seed=7)
    return conductor.conduct(cluster.cluster, LINEUP, settings, heard.append, **more), heard


def launches(record: RaceRecord) -> Counter[int]:
    (row, _) = record.rows.values()
    return Counter(each.launch for each in row.launches)


def test_every_launch_is_measured_once_and_machines_are_numbered() -> None:
    record, heard = raced(Pretended(members=workers(2)))
    assert launches(record) == dict.fromkeys(range(6), 1)
    assert [machine["name"] for machine in record.machines] == ["machine 1", "machine 2"]
    places = {event.machine for event in heard if isinstance(event, ScenarioBegun)}
    assert places == {"machine 1", "machine 2"}
    assert "tcp://" not in str(record)


def test_a_lost_machine_s_launch_goes_to_another_and_is_said() -> None:
    def goes(cluster: Pretended, future: Future) -> Any:
        if future.member.address == "tcp://10.0.0.1:1":
            cluster.members.pop(future.member.address)
            return None  # nobody will ever answer
        return measures(cluster, future)

    cluster = Pretended(members=workers(2), act=goes)
    record, _ = raced(cluster)
    assert launches(record) == dict.fromkeys(range(6), 1)
    assert len(cluster.cancelled) >= 1
    assert any("launch 1 goes to another machine" in text for text in record.incidents)


def test_a_launch_that_fails_everywhere_is_given_up_and_the_rest_measured() -> None:
    def fails(cluster: Pretended, future: Future) -> Any:
        number, _ = future.order.settings.part or (1, 1)
        return ("failed", "its process ended with 1") if number == 1 else measures(cluster, future)

    cluster = Pretended(members=workers(2), act=fails)
    record, _ = raced(cluster)
    assert launches(record) == dict.fromkeys(range(1, 6), 1)
    assert [launch for _, launch in cluster.given].count(0) == MOST_ATTEMPTS
    assert any(f"given up after {MOST_ATTEMPTS} tries" in text for text in record.incidents)


def test_a_second_run_of_the_same_try_is_told_and_not_counted() -> None:
    seen: list[str] = []

    def twice(cluster: Pretended, future: Future) -> Any:
        seen.append(future.token)
        return ("twice", "") if len(seen) == 1 else measures(cluster, future)

    record, _ = raced(Pretended(members=workers(1), act=twice))
    assert launches(record) == dict.fromkeys(range(6), 1)
    assert len(set(seen)) == 7
    assert any("a second run of it" in text for text in record.incidents)


def test_machines_that_differ_are_refused_with_what_differs() -> None:
    cluster = Pretended(
        members=workers(3),
        environments={
            "tcp://10.0.0.1:1": {"commit": "def5678"},
            "tcp://10.0.0.2:1": {"packages": {"aiohttp": "3.9", "requests": "2.32"}},
        },
    )
    record, _ = raced(cluster)
    assert {address for address, _ in cluster.given} == {"tcp://10.0.0.3:1"}
    said = " ".join(record.incidents)
    assert "commit def5678, not abc1234" in said
    assert "aiohttp 3.9, not 3.14.5" in said
    del cluster.members["tcp://10.0.0.3:1"]
    with pytest.raises(BenchError, match="no machine of the cluster may measure: commit def5678"):
        raced(cluster)


def test_a_busy_machine_is_left_out_unless_it_is_forced() -> None:
    busy = {"busy_before": {"busy": 0.9, "stolen": 0.0}}
    cluster = Pretended(members=workers(2), environments={"tcp://10.0.0.1:1": busy})
    record, _ = raced(cluster)
    assert {address for address, _ in cluster.given} == {"tcp://10.0.0.2:1"}
    assert any("busy" in text and "--force" in text for text in record.incidents)
    cluster.given.clear()
    raced(cluster, force=True)
    assert {address for address, _ in cluster.given} == set(cluster.members)


def test_a_machine_that_finds_itself_another_than_it_said_is_left_out() -> None:
    def refuses(cluster: Pretended, future: Future) -> Any:
        if future.member.address == "tcp://10.0.0.1:1":
            from waitbench.machines.order import Answer, written

            return "answer", written(Answer(refused="python 3.14, not 3.10"))
        return measures(cluster, future)

    cluster = Pretended(members=workers(2), act=refuses)
    record, _ = raced(cluster)
    assert launches(record) == dict.fromkeys(range(6), 1)
    assert [address for address, _ in cluster.given].count("tcp://10.0.0.1:1") == 1


def test_a_machine_that_comes_later_takes_launches() -> None:
    def brings(cluster: Pretended, future: Future) -> Any:
        cluster.members["tcp://10.0.0.9:1"] = {RESOURCE: 1}
        return measures(cluster, future)

    cluster = Pretended(members=workers(1), act=brings)
    record, _ = raced(cluster)
    assert "tcp://10.0.0.9:1" in {address for address, _ in cluster.given}
    assert launches(record) == dict.fromkeys(range(6), 1)


def test_a_lost_scheduler_leaves_what_was_measured() -> None:
    def loses(cluster: Pretended, future: Future) -> Any:
        cluster.lost = len(cluster.given) == 3
        return measures(cluster, future)

    record, heard = raced(Pretended(members=workers(1), act=loses))
    assert record.interrupted
    assert launches(record)
    assert any("the scheduler was lost when" in text for text in record.incidents)
    assert any(isinstance(event, ScenarioBegun) for event in heard)


def test_a_cluster_without_workers_is_a_line() -> None:
    with pytest.raises(BenchError, match="the scheduler has no workers"):
        raced(Pretended(members={}))


def test_when_all_machines_are_gone_what_was_measured_is_kept() -> None:
    def goes(cluster: Pretended, future: Future) -> Any:
        if len(cluster.given) == 3:
            cluster.members.clear()
            return None
        return measures(cluster, future)

    record, _ = raced(Pretended(members=workers(1), act=goes))
    assert record.interrupted
    assert launches(record) == {0: 1, 1: 1}


def test_what_comes_in_late_is_not_counted() -> None:
    schedule = Schedule.of([0])
    first = schedule.take("a")
    assert first
    schedule.lost(first.token)
    second = schedule.take("b")
    assert second
    assert second.token != first.token
    assert schedule.done(second.token)
    assert not schedule.done(first.token)
    assert (schedule.over, schedule.late) == ({0}, [first.token])


def test_one_worker_never_has_two_launches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "GRACE_S", -1e9)  # everybody is overdue at once
    kept: list[Future] = []

    def hangs(cluster: Pretended, future: Future) -> Any:
        kept.append(future)
        return None if future.member.address == "tcp://10.0.0.1:1" else measures(cluster, future)

    cluster = Pretended(members=workers(2), act=hangs)
    record, _ = raced(cluster)
    assert launches(record) == dict.fromkeys(range(6), 1)
    assert [address for address, _ in cluster.given].count("tcp://10.0.0.1:1") == 1
    assert any("did not answer in time" in text for text in record.incidents)


@pytest.mark.slow
def test_launches_on_64_machines_cost_less_than_a_millisecond_each() -> None:
    assert scheduling_ms(MANY, 64) <= 1.0


def test_incidents_are_told_as_they_come() -> None:
    _, heard = raced(Pretended(members=workers(2)))
    sentences = [event.sentence for event in heard if isinstance(event, Incident)]
    assert sentences[0] == "2 workers on 2 machines take launches"
