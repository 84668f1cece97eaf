"""Who shares a worker, what it imports, and in which environment it runs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.race.crew import Crew
from bench.race.interrupt import NoInterrupt
from bench.scenario import Entrant

LIMIT_S = 60
PLAIN = Entrant.of("sync")


@pytest.fixture
def crew(calm: NoInterrupt) -> Iterator[Crew]:
    with Crew(calm) as members:
        yield members


def test_entrants_share_a_worker_unless_their_processes_differ(crew: Crew) -> None:
    with_params = replace(PLAIN, params={"steps": "9"})
    changed = replace(PLAIN, environ={"WAITBENCH_TEST": "1"})
    crew.enlist([([PLAIN, changed], "sleep"), ([with_params], "compute")])
    assert crew.member(PLAIN) is crew.member(with_params)
    assert crew.member(PLAIN) is not crew.member(changed)


def test_those_who_meet_in_a_heat_have_workers_of_their_own_and_others_share(crew: Crew) -> None:
    again, new, leaps = (replace(PLAIN, name=name) for name in ("again", "new", "leaps"))
    crew.enlist([([PLAIN, again], "sleep"), ([PLAIN, new, leaps], "compute")])
    assert crew.member(PLAIN) is not crew.member(again)
    assert crew.member(new) is crew.member(again)
    assert len({crew.member(entrant).pid for entrant in (PLAIN, new, leaps)}) == 3


def test_each_worker_imports_the_workloads_of_its_own_entrant_alone(crew: Crew) -> None:
    other = Entrant.of("threads")
    crew.enlist([([PLAIN, other], "sleep"), ([PLAIN], "compute"), ([PLAIN], "sleep")])
    first = crew.ready_member(PLAIN)
    assert psutil.Process(first.pid).cmdline()[-3:] == ["sync", "sleep", "compute"]
    assert psutil.Process(crew.member(other).pid).cmdline()[-2:] == ["threads", "sleep"]
    first.kill()
    again = crew.ready_member(PLAIN)
    assert psutil.Process(again.pid).cmdline()[-3:] == ["sync", "sleep", "compute"]


def test_a_worker_has_the_variables_of_its_entrant(crew: Crew, odd_tree: Path) -> None:
    with_variable = replace(PLAIN, tree=str(odd_tree), environ={"WAITBENCH_TEST": "heard"})
    crew.enlist([([with_variable], "odd")])
    member = crew.ready_member(with_variable)
    member.ask("open", within_s=LIMIT_S, workload="odd", params={"deed": "tell"}, concurrency=1)
    assert member.ask("run", within_s=LIMIT_S, tasks=1)["error"] == "task 0 returned heard"
