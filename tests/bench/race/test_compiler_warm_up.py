from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import pytest

from waitbench.race.compiler_warm_up import STILL, until_steady
from waitbench.race.plan import Settings
from waitbench.results.record import ContestantRecord, LaunchRecord
from waitbench.results.spans import encode_spans
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from waitbench.race.workers import Workers

MS = 1_000_000


class Scripted:
    """A worker whose rounds take as long as it is told."""

    def __init__(self, walls_ms: Iterator[float]) -> None:
        self._walls_ms = walls_ms

    def process(self, _contestant: Contestant) -> "Scripted":
        return self

    def ask(self, _operation: str, **_arguments: Any) -> dict[str, Any]:
        wall_ns = round(next(self._walls_ms) * MS)
        spans = encode_spans([0], [wall_ns])
        return {"wall_ns": wall_ns, "cpu_ns": 1, "errors": 0, "error": None, "spans": spans}


def warmed(*walls_ms: float) -> ContestantRecord:
    scenario = Scenario(suite="cpu_bound", workload="compute", tasks=8, concurrency=2)
    row = ContestantRecord(scenario=scenario, contestant=Contestant.of("sync"))
    row.launches.append(LaunchRecord(launch=0, startup_ns=5))
    closed: list[bool] = []
    workers = cast("Workers", Scripted(iter(walls_ms)))
    until_steady(row, workers, Settings(), lambda: closed.append(True))
    assert closed == [True]
    return row


def test_rounds_go_on_until_two_in_a_row_got_no_faster() -> None:
    row = warmed(40, 30, 22, 21.9, 22, 99)
    assert row.launches == [
        LaunchRecord(
            launch=0,
            startup_ns=5,
            warm_ns=tuple(round(ms * MS) for ms in (40, 30, 22, 21.9, 22)),
        )
    ]
    assert row.rounds == []  # none of them is a time
    assert row.tasks_run == 5 * 8
    assert row.notes == ()


@pytest.mark.parametrize(
    ("walls_ms", "rounds"),
    [([1000, 800, 700], 2), ([30 * 0.9**number for number in range(20)], 12)],
    ids=["no more time", "no more rounds"],
)
def test_who_still_gets_faster_when_the_time_for_it_is_over_is_marked(
    walls_ms: list[float], rounds: int
) -> None:
    row = warmed(*walls_ms)
    assert len(row.launches[0].warm_ns) == rounds
    assert row.notes == (STILL,)
