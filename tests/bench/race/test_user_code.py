"""A user's own code is warmed up for longer, and called no more often than it may be."""

from pathlib import Path

import pytest

from waitbench.race.conductor import Settings, conduct
from waitbench.race.record import RaceRecord
from waitbench.race.scenario_launch import LEAST_ROUNDS
from waitbench.scenario import Contestant, Scenario

pytestmark = pytest.mark.processes

TASKS = 32
SYNC, THREADS = Contestant.of("sync"), Contestant(name="threads-4", model="threads", concurrency=4)


def race(
    tmp_path: Path,
    *,
    user_code: bool = True,
    budget_s: float = 2.0,
    launches: int = 1,
    most_tasks: int | None = None,
) -> RaceRecord:
    notes = tmp_path / "calls.txt"
    (tmp_path / "theirs.py").write_text(
        "import threading, time\n"
        "def work():\n"
        "    time.sleep(0.01)\n"
        f"    with open({str(notes)!r}, 'a') as file:\n"
        "        file.write(threading.current_thread().name + '\\n')\n"
    )
    scenario = Scenario(
        suite="theirs",
        workload="callable",
        params={"function": "theirs:work", "folder": str(tmp_path)},
        tasks=TASKS,
        concurrency=1,
        precision=0,
    )
    settings = Settings(
        launches=launches, budget_s=budget_s, user_code=user_code, most_tasks=most_tasks
    )
    return conduct([(scenario, [SYNC, THREADS])], settings, lambda _: None)


@pytest.mark.parametrize(("user_code", "each"), [(True, 4), (False, 2)])
def test_a_warm_up_of_their_code_has_more_calls_for_each_worker(
    tmp_path: Path, *, user_code: bool, each: int
) -> None:
    record = race(tmp_path, user_code=user_code)
    rounds = {row.name: len(row.rounds) for row in record.rows.values()}
    names = (tmp_path / "calls.txt").read_text().splitlines()
    in_threads = sum(name.startswith("worker") for name in names)
    assert in_threads - rounds["threads-4"] * TASKS == 4 * each
    assert len(names) - in_threads - rounds["sync"] * TASKS == 2


def test_no_more_tasks_are_run_than_may_be(tmp_path: Path) -> None:
    most = 2 * 2 * TASKS * LEAST_ROUNDS
    record = race(tmp_path, launches=2, budget_s=20.0, most_tasks=most)
    calls = len((tmp_path / "calls.txt").read_text().splitlines())
    assert calls == record.tasks_run <= most
    assert all({launch for launch, _ in row.blocks()} == {0, 1} for row in record.rows.values())
