"""Who runs when and for how long, by scripted workers and a clock that only they move."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from tests.bench.race.scripted import OPEN_S, SECOND, START_S, ScriptedWorker, World
from waitbench.race.conductor import Settings, conduct
from waitbench.race.scenario_launch import LEAST_ROUNDS
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from waitbench.race.plan import Steering
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord

SLEEPS = Scenario(suite="test", workload="sleep", tasks=10, concurrency=1, precision=0, label="a")
"""Its rounds take ten times a task; its warm-ups have two tasks."""
OTHER = replace(SLEEPS, label="b")
ROUND_S = 0.1
WARM_UP_S = 0.02


def world(**tasks_ms: float) -> World:
    return World(task_s={model: task_ms / 1000 for model, task_ms in tasks_ms.items()})


def race(
    there: World, settings: Settings, *scenarios: Scenario, steering: Steering | None = None
) -> RaceRecord:
    """Race all models of this world in each of the scenarios."""
    contestants = [Contestant.of(model) for model in there.task_s]
    lineup = [(scenario, contestants) for scenario in scenarios]
    return conduct(
        lineup, settings, lambda _: None, steering=steering, instruments=there.instruments()
    )


def row_of(
    record: RaceRecord, scenario: Scenario = SLEEPS, model: str = "sync"
) -> ContestantRecord:
    return record.row(scenario, Contestant.of(model))


def turns(row: ContestantRecord) -> list[tuple[int, int, int]]:
    """Launch, block and repeat of its rounds, in the order of time."""
    return [(entry.launch, entry.block, entry.repeat) for entry in row.rounds]


def rounds_by_launch(row: ContestantRecord) -> dict[int, int]:
    return dict(Counter(entry.launch for entry in row.rounds))


def test_rounds_fill_what_starting_opening_and_warming_up_leave_of_the_budget() -> None:
    there = world(sync=10)
    budget_s = START_S + OPEN_S + WARM_UP_S + 5.4 * ROUND_S
    record = race(there, Settings(launches=1, budget_s=budget_s), SLEEPS)
    assert turns(row_of(record)) == [(0, block, 0) for block in range(5)]
    assert there.workers[0].runs == [2, *[10] * 5]
    assert there.now_s == pytest.approx(1000 + budget_s - 0.4 * ROUND_S)


def test_every_launch_has_as_many_rounds_as_the_first() -> None:
    there = world(sync=10)
    launch_s = START_S + OPEN_S + WARM_UP_S + 4.2 * ROUND_S
    record = race(there, Settings(launches=3, budget_s=3 * launch_s), SLEEPS)
    assert rounds_by_launch(row_of(record)) == {0: 4, 1: 4, 2: 4}
    assert len(there.workers) == 3


def test_a_scenario_of_twice_the_weight_has_twice_the_seconds() -> None:
    # 3 s: one for a, two for b; each opens and warms up in 0.27 s, and runs in what is left.
    there = world(sync=10)
    settings = Settings(launches=1, budget_s=START_S + 3)
    record = race(there, settings, SLEEPS, replace(OTHER, weight=2))
    assert len(row_of(record).rounds) == 7
    assert len(row_of(record, replace(OTHER, weight=2)).rounds) == 17


def test_a_slow_contestant_leaves_the_later_blocks_to_the_fast_one() -> None:
    # Each has half of 2.04 s: two rounds of half a second, or blocks of several short ones.
    there = world(sync=50, threads=10)
    budget_s = 2 * START_S + 2 * OPEN_S + 0.12 + 2.04
    record = race(there, Settings(launches=1, budget_s=budget_s), SLEEPS)
    slow, fast = row_of(record), row_of(record, model="threads")
    assert turns(slow) == [(0, 0, 0), (0, 1, 0)]
    assert max(block for _, block, _ in turns(fast)) > 1


def test_in_code_of_a_user_everybody_runs_in_every_block_by_workers_at_rest() -> None:
    there = world(sync=50, threads=10)
    settings = Settings(launches=1, budget_s=6, user_code=True)
    record = race(there, settings, SLEEPS)
    slow, fast = row_of(record), row_of(record, model="threads")
    assert {block for _, block, _ in turns(slow)} == {block for _, block, _ in turns(fast)}
    assert len(slow.rounds) > 2
    pids = {worker.model: worker.pid for worker in there.workers}
    assert Counter(map(tuple, there.rested)) == {
        (pids["threads"],): len(slow.rounds),
        (pids["sync"],): len(fast.rounds),
    }


def test_one_model_against_itself_takes_turns_on_one_core_block_by_block() -> None:
    there = world(sync=10)
    there.single = True
    twins = [Contestant.of("sync"), Contestant(name="sync-again", model="sync")]
    settings = Settings(launches=2, budget_s=12)
    record = conduct([(SLEEPS, twins)], settings, lambda _: None, instruments=there.instruments())
    for row in record.rows.values():
        cores = [(entry.launch, entry.block, entry.core) for entry in row.rounds]
        assert cores[:3] == [(0, 0, 4), (0, 1, 7), (0, 2, 4)]
        assert [turn for turn in cores if turn[0] == 1][:2] == [(1, 0, 7), (1, 1, 4)]


def test_models_that_differ_keep_all_cores() -> None:
    there = world(sync=10, asyncio=10)
    there.single = True
    record = race(there, Settings(launches=1, budget_s=6), SLEEPS)
    assert {entry.core for row in record.rows.values() for entry in row.rounds} == {None}


def test_a_disturbed_round_is_followed_by_another_once_within_a_block() -> None:
    there = world(sync=10)
    there.others_ns = iter([SECOND, 0, 0, SECOND, SECOND])
    budget_s = START_S + OPEN_S + WARM_UP_S + 6.4 * ROUND_S
    row = row_of(race(there, Settings(launches=1, budget_s=budget_s), SLEEPS))
    assert turns(row) == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 2, 0), (0, 2, 1), (0, 3, 0)]
    disturbed = [entry.disturbed for entry in row.rounds]
    assert disturbed == [True, False, False, True, True, False]


def test_a_launch_ends_at_three_blocks_where_they_agree_to_the_scenarios_precision() -> None:
    there = world(sync=20, threads=10)
    there.stretch = cycle([1.0, 1.001, 1.0005])
    settings = Settings(launches=1, budget_s=8)
    record = race(there, settings, replace(SLEEPS, precision=0.05))
    assert [len(blocks_of(row)) for row in record.rows.values()] == [3, 3]


def test_a_launch_whose_blocks_disagree_uses_its_time() -> None:
    there = world(sync=20, threads=10)
    there.stretch = cycle([1.0, 1.5, 0.7])
    settings = Settings(launches=1, budget_s=8)
    record = race(there, settings, replace(SLEEPS, precision=0.001))
    assert all(len(blocks_of(row)) > 6 for row in record.rows.values())


def test_a_scenario_whose_ranking_is_clear_is_not_raced_again_and_others_get_its_time() -> None:
    there = world(sync=20, threads=10)
    there.stretch = cycle([1.0, 1.001, 1.0005])
    clear = replace(SLEEPS, precision=1e-9)  # never precise, but ten times apart
    record = race(there, Settings(launches=5, budget_s=30), clear, OTHER)
    assert set(rounds_by_launch(row_of(record, clear))) == {0, 1, 2}
    rounds = rounds_by_launch(row_of(record, OTHER))
    assert set(rounds) == {0, 1, 2, 3, 4}
    assert rounds[3] > rounds[0]
    assert rounds[4] > rounds[0]


@pytest.mark.parametrize(
    # 120 tasks: 60 for the first launch, of which 4 go into warming up, 20 into a block, and 20
    # are kept for rounds that may be disturbed; the other one has the 96 that are left.
    ("most", "expected"),
    [(120, {0: 1, 1: 3}), (200, {0: 3, 1: 5})],
)
def test_no_more_tasks_are_run_than_may_be(most: int, expected: dict[int, int]) -> None:
    there = world(sync=10, threads=10)
    settings = Settings(launches=2, budget_s=60, most_tasks=most)
    record = race(there, settings, SLEEPS)
    assert there.tasks_run == record.tasks_run <= most
    for row in record.rows.values():
        assert rounds_by_launch(row) == expected


def test_a_launch_that_may_not_run_enough_tasks_opens_nothing() -> None:
    there = world(sync=10, threads=10)
    most = LEAST_ROUNDS * 2 * SLEEPS.tasks - 1
    record = race(there, Settings(launches=1, most_tasks=most), SLEEPS)
    assert there.tasks_run == record.tasks_run == 0
    assert all(row.failure is None and not row.launches for row in record.rows.values())


def test_seconds_of_rounds_that_are_asked_for_begin_when_all_are_warm() -> None:
    there = world(sync=10)
    settings = Settings(launches=2, budget_s=1.3, rounds_s={SLEEPS.key: 4.4 * ROUND_S})
    record = race(there, settings, SLEEPS)
    # Each launch takes 1.17 s: the second begins before 1.25 budgets are over.
    assert rounds_by_launch(row_of(record)) == {0: 4, 1: 4}


def test_who_steers_says_before_each_launch_what_is_raced_and_for_how_long() -> None:
    there = world(sync=10)
    seen: list[list[int]] = []
    wanted = iter([{SLEEPS.key: 4.4, OTHER.key: 2.4}, {OTHER.key: 3.4}, {}])

    def steering(record: RaceRecord) -> dict[tuple[str, str], float]:
        seen.append([len(row.rounds) for row in record.rows.values()])
        return {key: rounds * ROUND_S for key, rounds in next(wanted).items()}

    record = race(there, Settings(launches=9), SLEEPS, OTHER, steering=steering)
    assert seen == [[0, 0], [4, 2], [4, 5]]
    assert rounds_by_launch(row_of(record)) == {0: 4}
    assert rounds_by_launch(row_of(record, OTHER)) == {0: 2, 1: 3}


def test_no_launch_begins_long_after_the_budget() -> None:
    there = world(sync=10)
    settings = Settings(launches=9, budget_s=0.9, rounds_s={SLEEPS.key: 4.4 * ROUND_S})
    record = race(there, settings, SLEEPS)
    assert rounds_by_launch(row_of(record)) == {0: 4}  # 1.17 s are over, 1.125 may be


def test_a_thorough_run_has_its_fewest_blocks_and_launches_whatever_time_is_left() -> None:
    scenario = replace(SLEEPS, blocks=4, launches=3)
    short = Settings(launches=1, budget_s=0.1)
    assert rounds_by_launch(row_of(race(world(sync=10), short, scenario), scenario)) == {0: 1}
    thorough = row_of(race(world(sync=10), replace(short, thorough=True), scenario), scenario)
    assert rounds_by_launch(thorough) == {0: 4, 1: 4, 2: 4}


def test_once_is_one_round_of_everybody_without_a_warm_up() -> None:
    there = world(sync=10, threads=10)
    record = race(there, Settings(launches=1, once=True), SLEEPS, OTHER)
    assert [worker.runs for worker in there.workers] == [[10, 10], [10, 10]]
    assert [turns(row) for row in record.rows.values()] == [[(0, 0, 0)]] * 4


def test_the_order_within_blocks_is_shuffled_by_the_seed_alone() -> None:
    def order(seed: int) -> list[tuple[str, int, int]]:
        record = race(
            world(sync=10, threads=10, asyncio=10), Settings(launches=2, seed=seed), SLEEPS
        )
        return [
            (row.name, entry.block, entry.position)
            for row in record.rows.values()
            for entry in row.rounds
        ]

    assert order(1) == order(1)
    assert order(1) != order(2)
    positions = {(name, position) for name, _, position in order(1)}
    assert len(positions) == 9  # everybody has stood everywhere


def test_a_worker_that_dies_fails_its_row_and_is_replaced_for_the_next_scenario() -> None:
    there = world(sync=10, threads=10)

    def die_in_its_second_run(worker: ScriptedWorker, operation: str) -> None:
        if worker.pid == 1 and operation == "run" and len(worker.runs) == 1:
            worker.alive = False

    there.act = die_in_its_second_run
    record = race(there, Settings(launches=1), SLEEPS, OTHER)
    assert row_of(record).failure == "its worker was killed by SIGKILL (launch 1)"
    assert row_of(record).rounds == []
    assert [worker.model for worker in there.workers] == ["sync", "threads", "sync"]
    for row in (row_of(record, model="threads"), row_of(record, OTHER)):
        assert row.failure is None
        assert row.times_ns


def test_what_turns_out_to_be_wrong_at_the_end_fails_the_row_and_nobody_else() -> None:
    there = world(sync=10, threads=10)
    there.wrong["threads"] = "assert 3 == 4"
    record = race(there, Settings(launches=2, budget_s=4.0), SLEEPS)
    assert row_of(record, model="threads").failure == "assert 3 == 4 (launch 1)"
    assert row_of(record).failure is None
    assert {round_.launch for round_ in row_of(record).rounds} == {0, 1}


def test_who_does_not_open_has_no_launch_and_the_others_share_its_time() -> None:
    there = world(sync=10, threads=10)

    def refuse(worker: ScriptedWorker, operation: str) -> None:
        if worker.model == "sync" and operation == "open":
            raise ContestantError("no such file")

    there.act = refuse
    budget_s = 2 * START_S + OPEN_S + WARM_UP_S + 5.4 * ROUND_S
    record = race(there, Settings(launches=1, budget_s=budget_s), SLEEPS)
    assert row_of(record).failure == "no such file (launch 1)"
    assert row_of(record).launches == []
    assert len(row_of(record, model="threads").rounds) == 5


def test_a_stop_on_request_keeps_what_was_measured_and_ends_every_worker() -> None:
    there = world(sync=10)

    def stop_at_the_third_round(worker: ScriptedWorker, operation: str) -> None:
        if operation == "run" and len(worker.runs) == 3:
            raise InterruptedRaceError("stopped on request")

    there.act = stop_at_the_third_round
    record = race(there, Settings(launches=3), SLEEPS)
    assert record.interrupted
    assert turns(row_of(record)) == [(0, 0, 0), (0, 1, 0)]
    assert [worker.alive for worker in there.workers] == [False]


def blocks_of(row: ContestantRecord) -> set[int]:
    return {block for _, block, _ in turns(row)}
