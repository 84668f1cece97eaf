"""The record of a race that has two parts."""

from tests.bench.synthetic import round_record
from waitbench.race.record import RaceRecord
from waitbench.results.record import ContestantRecord, LaunchRecord
from waitbench.scenario import Contestant, Scenario

SCENARIO = Scenario(suite="advice", workload="sleep", params={}, tasks=4, concurrency=1)


def part(launches: int, **walls_ns: int) -> RaceRecord:
    """One block in each launch, two tasks of each contestant in it."""
    entered = [Contestant.of(model) for model in walls_ns]
    record = RaceRecord.of([(SCENARIO, entered)])
    for contestant in entered:
        row = record.row(SCENARIO, contestant)
        row.tasks_run = 2 * launches
        for launch in range(launches):
            row.launches.append(LaunchRecord(launch=launch))
            row.rounds.append(round_record(walls_ns[contestant.name], launch=launch))
    return record


def walls(row: ContestantRecord) -> dict[tuple[int, int], list[float]]:
    return row.blocks()


def test_launches_of_a_later_part_count_on() -> None:
    record = part(2, sync=10, threads=5)
    later = part(2, sync=12, processes=6)
    later.interrupted, later.incidents = True, ["late"]
    record.extend(later, renumber=record.next_launch)
    sync, threads, processes = record.rows.values()
    assert walls(sync) == {(0, 0): [10], (1, 0): [10], (2, 0): [12], (3, 0): [12]}
    assert walls(threads) == {(0, 0): [5], (1, 0): [5]}
    assert walls(processes) == {(2, 0): [6], (3, 0): [6]}
    assert [launch.launch for launch in sync.launches] == [0, 1, 2, 3]
    assert record.tasks_run == 16
    assert record.interrupted
    assert record.incidents == ["late"]


def test_the_later_part_stays_as_it_was() -> None:
    record, later = part(1, sync=10), part(1, sync=12)
    record.extend(later, renumber=1)
    assert walls(next(iter(later.rows.values()))) == {(0, 0): [12]}


def test_races_that_have_nothing_in_common_are_put_side_by_side() -> None:
    record = RaceRecord()
    record.extend(part(1, sync=10))
    record.extend(part(1, threads=5))
    assert [walls(row) for row in record.rows.values()] == [{(0, 0): [10]}, {(0, 0): [5]}]


def test_why_somebody_failed_in_a_later_part_is_kept() -> None:
    record, later = part(1, sync=10), part(1, sync=10)
    next(iter(later.rows.values())).failure = "boom"
    record.extend(later, renumber=record.next_launch)
    assert [row.failure for row in record.rows.values()] == ["boom"]
