"""The replay: what pytest-benchmark shows is what the race recorded, to the nanosecond."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.synthetic import round_record
from waitbench.pytest_plugin.options import Options
from waitbench.pytest_plugin.replay import Entry, Playback, lineup
from waitbench.results.record import ContestantRecord
from waitbench.scenario import Contestant, Scenario

SCENARIO = Scenario(
    suite="test", workload="http", params={"latency": "50ms"}, tasks=20, concurrency=10
)


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=20))
def test_a_round_on_the_playback_clock_takes_what_was_recorded(walls_ns: list[int]) -> None:
    clock = Playback()
    clock.load(walls_ns)
    seen = []
    for _ in walls_ns:
        clock.rewind()
        start = clock()
        clock.play()
        seen.append(clock() - start)
    assert seen == [wall_ns / 1e9 for wall_ns in walls_ns]


def test_a_scenario_is_named_after_what_varies() -> None:
    assert SCENARIO.name == "http-50ms-n20-c10"


def test_entries_are_gathered_by_scenario_in_the_order_of_the_tests() -> None:
    other = Scenario(suite="test", workload="sleep", tasks=1, concurrency=1)
    sync, other_model = Contestant.of("sync"), Contestant.of("asyncio")
    entries = [Entry(SCENARIO, sync), Entry(other, sync), Entry(SCENARIO, other_model)]
    assert lineup(entries) == [(SCENARIO, [sync, other_model]), (other, [sync])]


def test_two_suites_may_ask_the_same_of_different_contestants() -> None:
    again = replace(SCENARIO, suite="again")
    sync = Contestant.of("sync")
    assert again.name == SCENARIO.name
    assert lineup([Entry(SCENARIO, sync), Entry(again, sync)]) == [
        (SCENARIO, [sync]),
        (again, [sync]),
    ]


def test_options_are_laid_over_and_twins_become_one() -> None:
    other = Scenario(
        suite="test", workload="http", params={"latency": "10ms"}, tasks=5, concurrency=5
    )
    computing = Scenario(
        suite="test", workload="compute", params={"steps": "9"}, tasks=5, concurrency=2
    )
    laid = Options(latency="1ms", tasks=8, concurrency=4).apply([SCENARIO, other, computing])
    assert [scenario.name for scenario in laid] == ["http-1ms-n8-c4", "compute-9-n8-c4"]


def test_a_row_counts_only_rounds_without_errors_and_not_those_run_again_undisturbed() -> None:
    row = ContestantRecord(scenario=SCENARIO, contestant=Contestant.of("sync"))
    for wall_ns, errors, block, disturbed in (
        *((5, 0, 0, False), (1, 2, 0, False)),
        *((70, 0, 1, True), (9, 0, 1, False)),  # run again, and calm: the first is no time
        (40, 0, 2, True),  # nothing calm beside it
    ):
        row.rounds.append(round_record(wall_ns, errors=errors, block=block, disturbed=disturbed))
    assert row.times_ns == [5, 9, 40]
    assert row.blocks() == {(0, 0): [5], (0, 1): [9], (0, 2): [40]}
