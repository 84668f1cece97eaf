from dataclasses import replace
from typing import Any

import pytest

from waitbench.loadtest.facts import Health, StepFacts
from waitbench.loadtest.step import Task, limited, sustained
from waitbench.loadtest.step_stats import StepStats, quantile
from waitbench.scenario import BenchError

MS = 1_000_000
LEVEL = 100 * MS


def facts(**changed: Any) -> StepFacts:
    """A step in which all is well, unless told otherwise."""
    well = StepFacts(
        planned=40, answered=40, within=40, refused=0, failed=0, unsent=0, error=None,
        gave_up=False, rising=False, mean_ns=23 * MS, p50_ns=22 * MS, p99_ns=40 * MS,
        service_p50_ns=22 * MS, service_p99_ns=39 * MS, lag_p50_ns=MS // 5, lag_p99_ns=2 * MS,
        cpu_ns=100 * MS, sent_for_ns=1_000 * MS, wall_ns=1_040 * MS, spans="", health=Health(),
    )  # fmt: skip
    return replace(well, **changed)


def summed(latencies_ms: list[int]) -> StepFacts:
    return stats_of(latencies_ms).facts(LEVEL, sent_for_ns=0, cpu_ns=0, wall_ns=0, health=Health())


def asks(load: str, time: str = "20ms") -> Task:
    return Task.of({"work": "wait", "latency": time, "load": load, "step": "600ms"})


def test_one_worker_of_20_ms_is_half_busy_at_25_requests_a_second() -> None:
    task = asks("5x")
    assert (task.half_busy, task.rate, task.level_ns) == (25, 125, LEVEL)


def test_a_load_is_a_multiple_a_number_of_users_or_the_search_for_the_knee() -> None:
    assert (asks("50 users").users, asks("50 users").rate) == (50, None)
    assert (asks("knee").users, asks("knee").rate) == (None, None)


def test_computing_and_querying_take_work_time_and_no_latency() -> None:
    params = {"work_time": "10ms", "load": "2x", "step": "600ms"}
    for work in ("compute", "query"):
        assert Task.of({"work": work, **params}).time_ns == 10 * MS


def test_a_request_must_take_some_time() -> None:
    with pytest.raises(BenchError, match="must take some time, such as 20ms"):
        asks("1x", time="0ms")


def test_a_step_is_held_when_all_is_well() -> None:
    assert sustained(facts(), LEVEL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"p99_ns": LEVEL + 1},
        {"refused": 1},
        {"failed": 1},
        {"unsent": 1},
        {"gave_up": True},
        {"rising": True},
    ],
)
def test_a_step_is_not_held_when_one_thing_is_wrong(wrong: dict[str, Any]) -> None:
    assert not sustained(facts(**wrong), LEVEL)


@pytest.mark.parametrize(
    ("seen", "limit"),
    [
        ({}, False),
        ({"lag_p50_ns": 3 * MS}, True),  # half of the requests late by more than 5 % of 22 ms
        ({"lag_p50_ns": 3 * MS, "p50_ns": 900 * MS}, False),  # which is nothing beside 900 ms
        ({"lag_p99_ns": 60 * MS}, True),
        ({"cpu_ns": 900 * MS}, True),
        ({"unsent": 1}, True),
    ],
)
def test_the_generator_is_the_limit_when_it_is_late_full_or_silent(
    seen: dict[str, Any],
    limit: bool,  # noqa: FBT001  the expectation of a case
) -> None:
    assert limited(facts(**seen), LEVEL) is limit


def test_quantiles_are_figures_that_occurred() -> None:
    assert [quantile(range(1, 101), share) for share in (0.5, 0.9, 0.99, 1)] == [50, 90, 99, 100]
    assert quantile([7], 0.99) == 7
    assert quantile([], 0.5) == 0


def stats_of(latencies_ms: list[int]) -> StepStats:
    stats = StepStats()
    for number, latency in enumerate(latencies_ms):
        planned = number * 10 * MS
        stats.answered(planned_ns=planned, sent_ns=planned, now_ns=planned + latency * MS)
    return stats


def test_a_queue_grows_where_the_last_quarter_takes_longer_than_the_first() -> None:
    assert summed([20, 21, 25, 30, 35, 40, 45, 50]).rising
    assert not summed([20, 60, 25, 21, 22, 70, 21, 20]).rising


def test_goodput_counts_only_answers_within_the_level() -> None:
    facts = summed([20, 99, 100, 101])
    assert (facts.answered, facts.within) == (4, 3)


def test_the_last_late_answer_is_where_recovery_begins() -> None:
    # The third was due at 20 ms and took 150: it came at 170. The last was late no more.
    assert stats_of([20, 20, 150, 20]).last_late_ns(LEVEL) == 170 * MS
    assert stats_of([20, 20]).last_late_ns(LEVEL) == 0
