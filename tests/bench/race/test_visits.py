"""Visits of the target: gathered by row, told once, counted against what the tasks send."""

from __future__ import annotations

import pytest

from waitbench.race.events import Event, Incident
from waitbench.race.record import RaceRecord
from waitbench.race.visits import Visits, uncounted
from waitbench.results.record import ContestantRecord
from waitbench.scenario import Contestant, Scenario


def row_of(workload: str = "http", model: str = "sync", **params: str) -> ContestantRecord:
    scenario = Scenario(suite="s", workload=workload, tasks=8, concurrency=2, params=params)
    return ContestantRecord(scenario=scenario, contestant=Contestant.of(model))


def test_a_row_has_one_sentence_that_grows_and_is_told_once() -> None:
    record, heard = RaceRecord(incidents=["before"]), list[Event]()
    first, other = row_of(), row_of(model="threads")
    visits = Visits()
    for block in (0, 1, 2, 4):
        visits.book(record, heard.append, first, (0, block), ["reset its statistics"])
    visits.book(record, heard.append, other, (1, 7), ["was refused there"])
    visits.book(record, heard.append, first, (2, 3), ["asked it beside our tasks"])
    name = first.scenario.name
    assert record.incidents == [
        "before",
        (
            f"somebody else was at the target in 5 rounds of sync in {name}: "
            "reset its statistics (4), asked it beside our tasks (1); "
            "the target's figures of them are left out "
            "(launch 1, block 1 to 3, 5; launch 3, block 4)"
        ),
        (
            f"somebody else was at the target in 1 round of threads in {name}: "
            "was refused there (1); the target's figures of them are left out (launch 2, block 8)"
        ),
    ]
    assert [isinstance(event, Incident) for event in heard] == [True, True]


@pytest.mark.parametrize(
    ("workload", "params", "sends"),
    [
        ("http", {}, 8),
        ("mixed", {}, 8),
        ("blocking_http", {}, 2),  # a quarter of the tasks makes the call
        ("blocking_http", {"share": "0.5"}, 4),
    ],
)
def test_requests_are_compared_with_what_the_tasks_send(
    workload: str, params: dict[str, str], sends: int
) -> None:
    row = row_of(workload, **params)
    assert not uncounted(row, sends)
    assert uncounted(row, sends + 1)
    assert uncounted(row, sends - 1)
    assert not uncounted(row, None)


def test_nobody_knows_how_often_a_function_of_somebodys_own_asks() -> None:
    assert not uncounted(row_of("own_target"), 1)
