"""One model against itself takes turns on one core, by real workers; others keep all of them."""

import os
import sys
from itertools import groupby

import pytest

from tests.bench.race.test_conductor import Watcher
from waitbench.race.conductor import Settings, conduct
from waitbench.race.record import RaceRecord
from waitbench.race.worker_process import WorkerProcess
from waitbench.scenario import Contestant, Scenario
from waitbench.system.interrupt import Interrupt

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        not hasattr(os, "sched_setaffinity"), reason="this system keeps its cores to itself"
    ),
]


def race(contestants: list[Contestant], workload: str = "compute", **params: str) -> RaceRecord:
    scenario = Scenario(
        suite="test", workload=workload, params=params, tasks=2, concurrency=2, precision=1e-9
    )
    settings = Settings(launches=2, seed=1, rounds_s={scenario.key: 0.2})
    return conduct([(scenario, contestants)], settings, Watcher())


def twins(model: str) -> list[Contestant]:
    return [Contestant.of(model), Contestant(name=f"{model}-again", model=model)]


def cores(record: RaceRecord) -> list[tuple[int, int, int | None]]:
    return sorted(
        {
            (round_record.launch, round_record.block, round_record.core)
            for row in record.rows.values()
            for round_record in row.rounds
        }
    )


def test_twins_of_one_thread_share_a_core_block_by_block() -> None:
    seen = cores(race(twins("asyncio"), steps="2000"))
    allowed = sorted(os.sched_getaffinity(0))
    for (launch, block), turns in groupby(seen, key=lambda turn: turn[:2]):
        expected = allowed[(launch + block) % len(allowed)]
        assert [core for *_, core in turns] == [expected]


def test_who_has_threads_or_children_keeps_all_cores() -> None:
    for model in ("threads", "processes"):
        seen = cores(race(twins(model), workload="sleep", duration="2ms"))
        assert {core for *_, core in seen} == {None}


def test_a_core_is_given_back_when_the_scenario_is_closed(calm: Interrupt) -> None:
    core = max(os.sched_getaffinity(0))
    opening = {"workload": "compute", "params": {"steps": "10"}, "concurrency": 1}
    with WorkerProcess("sync", calm, python=sys.executable) as worker:
        worker.greet()
        before = os.sched_getaffinity(worker.pid)
        worker.ask("open", within_s=20, **opening)
        worker.ask("run", within_s=20, tasks=1, core=core)
        assert os.sched_getaffinity(worker.pid) == {core}
        worker.ask("close", within_s=20)
        assert os.sched_getaffinity(worker.pid) == before
