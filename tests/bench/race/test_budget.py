"""How time and tasks are shared out, by hand-worked figures; no clock runs here."""

from dataclasses import replace

import pytest

from waitbench.race.budget import MOST_BLOCKS, SCENARIO_MOST_S, RunBudget, ScenarioBudget, fits
from waitbench.race.plan import Lineup, Settings
from waitbench.scenario import Contestant, Scenario

MS = 1_000_000
A, B, HEAVY = (
    Scenario(suite="test", workload="sleep", tasks=1, concurrency=1, label=label, weight=weight)
    for label, weight in (("a", 1.0), ("b", 1.0), ("heavy", 2.0))
)


class Clock:
    """Seconds that pass when they are said to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def launch_of(*scenarios: Scenario, starts: int = 1) -> Lineup:
    contestants = [Contestant(name=f"number-{number}", model="sync") for number in range(starts)]
    return [(scenario, contestants) for scenario in scenarios]


def budget(clock: Clock, *plan: Lineup, settings: Settings) -> RunBudget:
    return RunBudget(plan, settings, lambda scenario: scenario.weight, clock)


def spend(
    run: RunBudget, clock: Clock, scenario: Scenario, seconds: float, least_s: float
) -> float:
    """Take a share, let so many seconds pass, book them; return the share's seconds."""
    share = run.next_share(scenario)
    clock.now_s += seconds
    run.book(scenario, least_s)
    return share.seconds


def test_a_block_is_begun_where_more_than_half_of_it_fits() -> None:
    assert fits(now_s=2.0, block_s=1.0, ends_s=2.6)
    assert not fits(now_s=2.0, block_s=1.0, ends_s=2.4)
    # A scenario that was given what its fewest blocks took the last time is over after them.
    assert not fits(now_s=1.95, block_s=1.2, ends_s=2.0)


def test_what_one_scenario_saves_goes_to_the_later_ones() -> None:
    clock = Clock()
    run = budget(clock, launch_of(A, B, replace(A, label="c")), settings=Settings(budget_s=9))
    run.begin_launch(0)
    assert spend(run, clock, A, 1, 0) == 3
    assert spend(run, clock, B, 5, 0) == 4  # 8 s for two
    assert spend(run, clock, A, 0, 0) == 3


def test_a_heavier_scenario_gets_more() -> None:
    clock = Clock()
    run = budget(clock, launch_of(A, B, HEAVY), settings=Settings(budget_s=8))
    run.begin_launch(0)
    shares_s = [spend(run, clock, scenario, 2, 0) for scenario in (A, B, HEAVY)]
    assert shares_s == [2, 2, 4]


def test_launches_count_alike_and_what_the_first_saved_is_shared_out_over_the_rest() -> None:
    clock = Clock()
    plan = [launch_of(A)] * 3
    run = budget(clock, *plan, settings=Settings(budget_s=12))
    run.begin_launch(0)
    assert spend(run, clock, A, 2, 0) == 4
    run.begin_launch(1)
    assert spend(run, clock, A, 5, 0) == 5  # 10 s for two
    run.begin_launch(2)
    assert spend(run, clock, A, 5, 0) == 5


def test_starting_later_launches_is_set_aside_by_how_many_they_start() -> None:
    clock = Clock()
    plan = [launch_of(A, starts=4), launch_of(A, starts=2)]
    run = budget(clock, *plan, settings=Settings(budget_s=10))
    clock.now_s += 2  # starting four; starting two will take 1 s
    run.begin_launch(0)
    assert spend(run, clock, A, 3.5, 0) == 3.5  # (10 - 2 - 1) / 2
    clock.now_s += 1
    run.begin_launch(1)
    assert spend(run, clock, A, 3.5, 0) == 3.5


def test_what_a_scenario_takes_in_any_case_comes_before_what_is_shared_out() -> None:
    clock = Clock()
    plan = [launch_of(A, B)] * 2
    run = budget(clock, *plan, settings=Settings(budget_s=10))
    run.begin_launch(0)
    assert spend(run, clock, A, 4, 4) == 2.5  # its fewest blocks took longer than its share
    assert spend(run, clock, B, 1, 0) == 1  # (5 - 4) for one
    run.begin_launch(1)  # 5 s are left, 4 of them are a's
    assert spend(run, clock, A, 4, 4) == 4.5
    assert spend(run, clock, B, 1, 0) == 1


def test_a_scenario_that_is_not_raced_again_leaves_its_share_to_the_others() -> None:
    clock = Clock()
    plan = [launch_of(A, B)] * 2
    run = budget(clock, *plan, settings=Settings(budget_s=8))
    run.begin_launch(0)
    assert [spend(run, clock, scenario, 2, 2) for scenario in (A, B)] == [2, 2]
    run.begin_launch(1)  # 4 s are left, all of them bound
    assert spend(run, clock, A, 0, 0) == 2
    assert spend(run, clock, B, 4, 2) == 4


def test_a_spent_budget_gives_nothing_rather_than_a_debt() -> None:
    clock = Clock()
    run = budget(clock, launch_of(A, B), settings=Settings(budget_s=2))
    run.begin_launch(0)
    spend(run, clock, A, 5, 0)
    assert spend(run, clock, B, 0, 0) == 0


def test_one_scenario_never_gets_it_all() -> None:
    clock = Clock()
    run = budget(clock, launch_of(A), settings=Settings(budget_s=1000))
    run.begin_launch(0)
    assert run.next_share(A).seconds == SCENARIO_MOST_S


def test_tasks_are_shared_out_evenly_and_what_is_not_run_is_left_to_the_later_ones() -> None:
    clock = Clock()
    plan = [launch_of(A, B)] * 2
    run = budget(clock, *plan, settings=Settings(most_tasks=100))
    run.begin_launch(0)
    assert run.next_share(A, tasks_run=0).tasks == 25
    run.book(A, 0)
    assert run.next_share(B, tasks_run=10).tasks == 30
    run.book(B, 0)
    run.begin_launch(1)
    assert run.next_share(A, tasks_run=40).tasks == 30


def test_seconds_of_rounds_that_are_asked_for_stand_beside_the_share() -> None:
    clock = Clock()
    run = budget(clock, launch_of(A), settings=Settings(budget_s=4, rounds_s={A.key: 0.3}))
    run.begin_launch(0)
    assert run.next_share(A).rounds_s == 0.3


@pytest.mark.parametrize(
    ("rounds_s", "after_s", "expected"),
    [({A.key: 0.3}, 12.4, False), ({A.key: 0.3}, 12.6, True), ({}, 12.6, False)],
)
def test_no_launch_begins_long_after_the_budget_where_rounds_are_asked_for(
    rounds_s: dict[tuple[str, str], float], after_s: float, *, expected: bool
) -> None:
    clock = Clock()
    run = budget(clock, launch_of(A), settings=Settings(budget_s=10, rounds_s=rounds_s))
    clock.now_s += after_s
    assert run.is_late is expected


def test_all_run_in_the_first_block_however_slow() -> None:
    shared = ScenarioBudget(each_ns=10 * MS, expected_ns={"sync": 5000 * MS, "asyncio": 2 * MS})
    assert shared.contestants(0) == ["sync", "asyncio"]


def test_a_slow_contestant_eats_only_its_own_time() -> None:
    shared = ScenarioBudget(each_ns=100 * MS, expected_ns={"sync": 60 * MS, "asyncio": 10 * MS})
    shared.spend("sync", 60 * MS)
    shared.spend("asyncio", 10 * MS)
    assert shared.contestants(1) == ["asyncio"]  # sync would need 120 of its 100 ms


def test_a_fast_contestant_repeats_within_a_block() -> None:
    shared = ScenarioBudget(
        each_ns=400 * MS, expected_ns={"slow": 300 * MS, "middling": 40 * MS, "fast": 1 * MS}
    )
    assert shared.repeats("slow") == 1
    assert shared.repeats("middling") == 2  # a quarter of its time holds two rounds
    assert shared.repeats("fast") == 5  # and never more than five


def test_equals_take_turns_round_by_round() -> None:
    # A quarter of their time would hold ten rounds, a fortieth holds one: shorter blocks pair
    # better, for the machine has less time to change between two of them.
    shared = ScenarioBudget(each_ns=400 * MS, expected_ns={"a": 10 * MS, "b": 10 * MS})
    assert shared.repeats("a") == 1


def test_a_block_is_never_so_short_that_time_is_left_when_blocks_run_out() -> None:
    # 800 ms in 40 blocks make 20 ms for each: four rounds of 5 ms.
    shared = ScenarioBudget(each_ns=800 * MS, expected_ns={"a": 5 * MS, "b": 5 * MS})
    assert shared.repeats("a") == 4


def test_the_expectation_follows_the_last_round() -> None:
    shared = ScenarioBudget(each_ns=100 * MS, expected_ns={"a": 90 * MS})
    shared.spend("a", 20 * MS)
    assert shared.contestants(1) == ["a"]


def test_blocks_come_to_an_end() -> None:
    shared = ScenarioBudget(each_ns=1000 * MS, expected_ns={"a": 0.0})
    assert shared.contestants(MOST_BLOCKS - 1) == ["a"]
    assert shared.contestants(MOST_BLOCKS) == []


def test_who_is_dropped_runs_no_more() -> None:
    shared = ScenarioBudget(each_ns=100 * MS, expected_ns={"a": 1.0, "b": 1.0})
    shared.drop(["a", "never-there"])
    assert shared.contestants(0) == ["b"]


def test_all_run_in_the_fewest_blocks_whatever_that_takes() -> None:
    shared = ScenarioBudget(each_ns=0, fewest=2, expected_ns={"a": 10 * MS, "b": 10 * MS})
    assert [shared.contestants(block) for block in range(3)] == [["a", "b"], ["a", "b"], []]
