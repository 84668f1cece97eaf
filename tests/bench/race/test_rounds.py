"""Seconds of rounds that are asked for are given to every launch alike, beside its opening."""

from collections import Counter

from bench.progress import Silence
from bench.race.conductor import Settings, conduct
from bench.scenario import Entrant, Scenario

SLEEPS = Scenario(
    suite="sleeps",
    workload="sleep",
    params={"duration": "5ms"},
    tasks=1,
    concurrency=1,
    precision=0,
)


def test_each_launch_gets_its_rounds_however_small_the_budget() -> None:
    # Starting takes longer than this whole budget; three launches of it would have no time left.
    settings = Settings(launches=2, budget_s=0.5, rounds_s={"sleeps": 0.3})
    record = conduct([(SLEEPS, [Entrant.of("sync")])], settings, Silence())
    (row,) = record.rows.values()
    rounds = Counter(round_record["launch"] for round_record in row.rounds)
    assert rounds[0] >= 10
    assert set(rounds) <= {0, 1}


def test_no_launch_is_begun_long_after_the_budget() -> None:
    settings = Settings(launches=50, budget_s=0.1, rounds_s={"sleeps": 0.2})
    record = conduct([(SLEEPS, [Entrant.of("sync")])], settings, Silence())
    (row,) = record.rows.values()
    assert {round_record["launch"] for round_record in row.rounds} == {0}
