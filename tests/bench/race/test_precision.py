"""When a scenario is known well enough to give its time away."""

import pytest

from tests.bench.synthetic import round_record
from waitbench.race.precision import ranking_is_clear
from waitbench.results.record import ContestantRecord
from waitbench.scenario import Contestant, Scenario

OF = Scenario(suite="test", workload="sleep", tasks=1, concurrency=1)


def row(name: str, *walls_ms: float) -> ContestantRecord:
    """One round in each launch."""
    rounds = [
        round_record(round(wall * 1e6), launch=launch) for launch, wall in enumerate(walls_ms)
    ]
    return ContestantRecord(scenario=OF, contestant=Contestant.of(name), rounds=rounds)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Far apart: 5 % either way is nothing beside ten times.
        ([row("sync", 100, 105, 95), row("asyncio", 10, 10, 10)], True),
        # The same 5 % beside a fifth: which of them is faster may yet change.
        ([row("sync", 100, 105, 95), row("asyncio", 83, 83, 83)], False),
        # Equal, and known to a fraction of a percent.
        ([row("sync", 100, 100.1, 99.9), row("asyncio", 100, 100, 100)], True),
        # Both far from sync, but not from each other.
        ([row("sync", 900, 900, 900), row("threads", 10, 11, 9), row("asyncio", 9, 9, 9)], False),
        # One alone is compared with nobody.
        ([row("sync", 100, 100, 100)], False),
        # One launch knows nothing of the next.
        ([row("sync", 100), row("asyncio", 10)], False),
    ],
)
def test_a_ranking_is_clear_where_the_next_in_speed_are_far_apart_or_precise(
    rows: list[ContestantRecord], *, expected: bool
) -> None:
    assert ranking_is_clear(rows) is expected
