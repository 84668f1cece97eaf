"""Somebody else's code is warmed up for longer, and raced in whole blocks by workers at rest."""

from pathlib import Path

import pytest

from bench.progress import Silence
from bench.race import heat
from bench.race.conductor import Settings, conduct
from bench.race.record import RaceRecord
from bench.scenario import Entrant, Scenario

TASKS = 32
SYNC, THREADS = Entrant.of("sync"), Entrant(name="threads-4", model="threads", concurrency=4)


def race(
    tmp_path: Path,
    *,
    foreign: bool = True,
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
        launches=launches, budget_s=budget_s, foreign=foreign, most_tasks=most_tasks
    )
    return conduct([(scenario, [SYNC, THREADS])], settings, Silence())


def blocks(record: RaceRecord) -> dict[str, set[tuple[int, int]]]:
    return {row.name: set(row.blocks()) for row in record.rows.values()}


def test_everybody_runs_in_every_block(tmp_path: Path) -> None:
    blocks_run = blocks(race(tmp_path, budget_s=3.0))
    assert blocks_run["sync"] == blocks_run["threads-4"]
    assert len(blocks_run["sync"]) > 1


def test_of_our_own_a_fast_one_runs_blocks_without_a_slow_one(tmp_path: Path) -> None:
    blocks_run = blocks(race(tmp_path, foreign=False))
    assert blocks_run["sync"] < blocks_run["threads-4"]


@pytest.mark.parametrize(("foreign", "each"), [(True, 4), (False, 2)])
def test_a_warm_up_of_their_code_has_more_calls_for_each_worker(
    tmp_path: Path, *, foreign: bool, each: int
) -> None:
    record = race(tmp_path, foreign=foreign)
    rounds = {row.name: len(row.rounds) for row in record.rows.values()}
    names = (tmp_path / "calls.txt").read_text().splitlines()
    in_threads = sum(name.startswith("worker") for name in names)
    assert in_threads - rounds["threads-4"] * TASKS == 4 * each
    assert len(names) - in_threads - rounds["sync"] * TASKS == 2


@pytest.mark.parametrize("foreign", [True, False])
def test_a_round_of_their_code_begins_when_the_other_workers_are_at_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, foreign: bool
) -> None:
    waited: list[list[int]] = []
    monkeypatch.setattr(heat, "wait_for_rest", waited.append)
    record = race(tmp_path, foreign=foreign)
    rounds = sum(len(row.rounds) for row in record.rows.values())
    assert len(waited) == (rounds if foreign else 0)
    assert all(len(pids) == 1 for pids in waited)
    assert len({pid for pids in waited for pid in pids}) == (2 if foreign else 0)


def calls(tmp_path: Path) -> int:
    return len((tmp_path / "calls.txt").read_text().splitlines())


@pytest.mark.parametrize("rounds", [heat.LEAST_ROUNDS, 5])
def test_no_more_tasks_are_run_than_may_be(tmp_path: Path, rounds: int) -> None:
    most = 2 * 2 * TASKS * rounds
    record = race(tmp_path, launches=2, budget_s=20.0, most_tasks=most)
    assert calls(tmp_path) == record.tasks_run <= most
    assert all({launch for launch, _ in row.blocks()} == {0, 1} for row in record.rows.values())


def test_a_launch_that_may_not_run_enough_tasks_runs_none(tmp_path: Path) -> None:
    record = race(tmp_path, most_tasks=2 * heat.LEAST_ROUNDS * TASKS - 1)
    assert record.tasks_run == 0
    assert not (tmp_path / "calls.txt").exists()
    assert all(row.failure is None and not row.launches for row in record.rows.values())
