"""Which scenarios are raced in which launch."""

import pytest

from waitbench.race.plan import Settings, launches
from waitbench.scenario import Contestant, Scenario


def scenario(tasks: int, wanted: int = 0) -> Scenario:
    return Scenario(suite="test", workload="sleep", tasks=tasks, concurrency=1, launches=wanted)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(launches=2), [[1, 2, 3], [1, 2, 3]]),
        (Settings(launches=2, thorough=True), [[1, 2, 3], [1, 2, 3], [2, 3], [3]]),
        (
            Settings(launches=5, thorough=True),
            [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 3], [1]],
        ),
        (Settings(launches=1, once=True), [[1, 2, 3]]),
    ],
)
def test_who_wants_launches_of_its_own_has_them_in_a_thorough_run(
    settings: Settings, expected: list[list[int]]
) -> None:
    lineup = [
        (asked, [Contestant.of("sync")]) for asked in (scenario(1), scenario(2, 3), scenario(3, 4))
    ]
    plan = launches(lineup, settings)
    assert [[asked.tasks for asked, _ in field] for field in plan] == expected
