import json
from dataclasses import replace
from typing import Any

import pytest

from waitbench.loadtest.facts import Health, StepFacts
from waitbench.loadtest.order import Order
from waitbench.loadtest.seen import StepSeen, read, summed
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
        cpu_ns=100 * MS, cpu_share=0.1, sent_for_ns=1_000 * MS, wall_ns=1_040 * MS, spans="",
        health=Health(),
    )  # fmt: skip
    return replace(well, **changed)


def seen(latencies_ms: list[int], **changed: Any) -> StepSeen:
    """What one generator saw whose requests were due every 10 ms and took so long."""
    part = StepSeen(
        stats=stats_of(latencies_ms),
        planned=len(latencies_ms),
        sent_for_ns=1_000 * MS,
        cpu_ns=100 * MS,
        wall_ns=1_040 * MS,
    )
    return replace(part, **changed)


def of_one(latencies_ms: list[int]) -> StepFacts:
    return summed([seen(latencies_ms)], LEVEL)


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
    ("changed", "limit"),
    [
        ({}, False),
        ({"lag_p50_ns": 3 * MS}, True),  # half of the requests late by more than 5 % of 22 ms
        ({"lag_p50_ns": 3 * MS, "p50_ns": 900 * MS}, False),  # which is nothing beside 900 ms
        ({"lag_p99_ns": 60 * MS}, True),
        ({"cpu_share": 0.9}, True),
        ({"unsent": 1}, True),
    ],
)
def test_the_generator_is_the_limit_when_it_is_late_full_or_silent(
    changed: dict[str, Any],
    limit: bool,  # noqa: FBT001  the expectation of a case
) -> None:
    assert limited(facts(**changed), LEVEL) is limit


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
    assert of_one([20, 21, 25, 30, 35, 40, 45, 50]).rising
    assert not of_one([20, 60, 25, 21, 22, 70, 21, 20]).rising


def test_goodput_counts_only_answers_within_the_level() -> None:
    facts = of_one([20, 99, 100, 101])
    assert (facts.answered, facts.within) == (4, 3)


def test_the_last_late_answer_is_where_recovery_begins() -> None:
    # The third was due at 20 ms and took 150: it came at 170. The last was late no more.
    assert stats_of([20, 20, 150, 20]).last_late_ns(LEVEL) == 170 * MS
    assert stats_of([20, 20]).last_late_ns(LEVEL) == 0


def test_of_two_generators_requests_are_merged_and_never_percentiles() -> None:
    quick, slow = seen([10] * 99 + [20]), seen([30] * 10)
    facts = summed([quick, slow], LEVEL)
    # Of 110 requests the 55th takes 10 ms and the 109th 30: no mean of 10 and 30, nor of 10 and 30.
    assert (facts.planned, facts.answered) == (110, 110)
    assert (facts.p50_ns, facts.p99_ns) == (10 * MS, 30 * MS)


def test_each_generator_s_lateness_is_kept_and_the_latest_one_limits_the_step() -> None:
    punctual, late = seen([20] * 4), seen([20] * 4, machine="machine 2", late_ns=7 * MS)
    punctual.stats.lags_ns[:] = [0, 0, 0, 0]
    late.stats.lags_ns[:] = [60 * MS, 70 * MS, 70 * MS]  # and one was not sent at all
    facts = summed([punctual, late], LEVEL)
    assert [(each.machine, each.planned, each.sent) for each in facts.senders] == [
        ("", 4, 4),
        ("machine 2", 4, 3),
    ]
    assert (facts.lag_p50_ns, facts.senders[0].lag_p99_ns) == (70 * MS, 0)
    assert limited(facts, LEVEL)
    assert not limited(summed([punctual, punctual], LEVEL), LEVEL)


def test_the_skew_of_a_start_counts_what_the_clocks_may_be_off() -> None:
    at_once = seen([20], late_ns=1 * MS)
    elsewhere = seen([20], late_ns=3 * MS, clock_error_ns=2 * MS)
    assert summed([at_once, elsewhere], LEVEL).skew_ns == 4 * MS  # 3 + 2 - 1
    assert summed([at_once], LEVEL).skew_ns == 0


def test_generators_elsewhere_take_no_cpu_of_the_server_s_machine() -> None:
    facts = summed([seen([20]), seen([20], here=False, cpu_ns=900 * MS)], LEVEL)
    assert (facts.cpu_ns, facts.cpu_share) == (100 * MS, 0.9)


def test_a_plan_and_its_users_are_dealt_out_whole() -> None:
    whole = Order(port=1, path="/", for_ns=1_000 * MS, level_ns=LEVEL, rate=50.0, users=10)
    parts = [replace(whole, share=(number, 4)) for number in range(4)]
    assert sorted(due for part in parts for due in part.plan_ns) == whole.plan_ns
    assert parts[1].plan_ns[:2] == [20 * MS, 100 * MS]
    assert [part.own_users for part in parts] == [3, 3, 2, 2]


def test_what_a_generator_saw_travels_as_json() -> None:
    part = seen([20, 30], late_ns=5)
    part.stats.lost(ValueError("status 500"))
    assert read(json.loads(json.dumps(part.form))) == part
