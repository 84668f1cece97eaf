"""Who shares a worker, what it imports, and in which environment it runs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from waitbench.race.workers import Workers
from waitbench.scenario import Contestant
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes

LIMIT_S = 60
PLAIN = Contestant.of("sync")


@pytest.fixture
def workers(calm: Interrupt) -> Iterator[Workers]:
    with Workers(calm) as started:
        yield started


def test_contestants_share_a_worker_unless_their_processes_differ(workers: Workers) -> None:
    with_params = replace(PLAIN, params={"steps": "9"})
    changed = replace(PLAIN, environ={"WAITBENCH_TEST": "1"})
    workers.enlist([([PLAIN, changed], "sleep"), ([with_params], "compute")])
    assert workers.process(PLAIN) is workers.process(with_params)
    assert workers.process(PLAIN) is not workers.process(changed)


def test_those_who_meet_in_a_scenario_have_workers_of_their_own_and_others_share(
    workers: Workers,
) -> None:
    again, new, leaps = (replace(PLAIN, name=name) for name in ("again", "new", "leaps"))
    workers.enlist([([PLAIN, again], "sleep"), ([PLAIN, new, leaps], "compute")])
    assert workers.process(PLAIN) is not workers.process(again)
    assert workers.process(new) is workers.process(again)
    assert len({workers.process(contestant).pid for contestant in (PLAIN, new, leaps)}) == 3


def test_each_worker_imports_the_workloads_of_its_own_contestant_alone(workers: Workers) -> None:
    other = Contestant.of("threads")
    workers.enlist([([PLAIN, other], "sleep"), ([PLAIN], "compute"), ([PLAIN], "sleep")])
    first = workers.ready_process(PLAIN)
    assert psutil.Process(first.pid).cmdline()[-3:] == ["sync", "sleep", "compute"]
    assert psutil.Process(workers.process(other).pid).cmdline()[-2:] == ["threads", "sleep"]
    first.kill()
    again = workers.ready_process(PLAIN)
    assert psutil.Process(again.pid).cmdline()[-3:] == ["sync", "sleep", "compute"]


def test_a_worker_has_the_variables_of_its_contestant(workers: Workers, odd_tree: Path) -> None:
    with_variable = replace(PLAIN, tree=str(odd_tree), environ={"WAITBENCH_TEST": "heard"})
    workers.enlist([([with_variable], "odd")])
    worker = workers.ready_process(with_variable)
    worker.ask("open", within_s=LIMIT_S, workload="odd", params={"deed": "tell"}, concurrency=1)
    assert worker.ask("run", within_s=LIMIT_S, tasks=1)["error"] == "task 0 returned heard"
