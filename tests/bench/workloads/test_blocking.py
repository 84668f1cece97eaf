"""Who makes the call and what is seen of it: hand-made rounds, and real ones for what must hold."""

import asyncio
import pickle
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, HasMetrics, TaskSpan, WrongResultError
from waitbench.services.target import Target
from waitbench.workloads import _calls, _crowd, blocking, blocking_http
from waitbench.workloads._crowd import Crowd, Outcome
from waitbench.workloads._heartbeat import Heartbeat, Late

MS = 1_000_000


def race(workload: Any, tasks: int) -> Sequence[Outcome]:
    """Run one warm round with all tasks at once, then one that is looked at."""
    with registry.load("models", "asyncio").Model(workload, tasks) as model:
        model.run(tasks)
        spans: list[TaskSpan] = model.run(tasks)
    assert list(complaints(workload, spans, tasks)) == []
    return [result for _, _, result in spans]


def late(*beats: Late) -> list[Late]:
    return [(due * MS, came * MS) for due, came in beats]


def outcome(start_ms: int, end_ms: int, beats: Sequence[Late] = ()) -> Outcome:
    return Outcome(span=(start_ms * MS, end_ms * MS, None), late=beats)


def test_a_share_of_the_tasks_makes_the_call_spread_over_their_numbers() -> None:
    crowd = Crowd.of("0.25", MS)
    assert [number for number in range(12) if crowd.calls(number)] == [3, 7, 11]
    assert Crowd.of("1/20", MS).share == Fraction(1, 20) == Crowd.of("0.05", MS).share
    assert all(map(Crowd.of("1", MS).calls, range(5)))


@pytest.mark.parametrize("share", ["0", "1.5", "half", "1/0"])
def test_what_is_no_share_is_refused(share: str) -> None:
    with pytest.raises(BenchError, match="write it like"):
        Crowd.of(share, MS)


def test_the_longest_standstill_is_seen_and_the_share_of_the_calls_time() -> None:
    # Calls from 10 to 30 ms. A beat due at 8 came at 20: 12 ms late, 10 of them during the calls.
    # One due at 21 came at once; one due at 28 came at 34: 6 late, 2 of them during the calls.
    beats = late((8, 20), (21, 21), (28, 34))
    seen = _crowd.metrics([outcome(10, 20, beats), outcome(15, 30, beats), Outcome(span=None)])
    assert seen == {
        "standstill_ns": 12 * MS,
        "lag_p50_ns": 6 * MS,
        "stood_share": 12 / 20,
        "call_p50_ns": 12.5 * MS,
        "most_at_once": 2,
    }


def test_less_than_a_beat_late_is_no_standstill() -> None:
    beats = [(10 * MS, 10 * MS + 900_000)]
    assert _crowd.metrics([outcome(0, 20, beats)])["stood_share"] == 0


def test_without_a_loop_there_is_nothing_to_stand_still() -> None:
    assert set(_crowd.metrics([outcome(0, 5), outcome(5, 9)])) == {"call_p50_ns", "most_at_once"}


def test_a_heart_books_what_blocked_the_loop_from_the_first_task_on() -> None:
    async def block() -> Sequence[Late]:
        heart = Heartbeat()
        booked = heart.enter()
        time.sleep(0.02)  # noqa: ASYNC251 - blocking the loop is what the test is about
        heart.leave()
        heart.enter()  # in the same turn of the loop: the heart has not rested
        time.sleep(0.02)  # noqa: ASYNC251 - as above
        heart.leave()
        await asyncio.sleep(0)
        return booked

    (first, *_) = asyncio.run(block())
    assert first[1] - first[0] >= 40 * MS


def test_a_resting_heart_does_not_count_the_time_between_two_rounds() -> None:
    workload = blocking.Workload(call="nothing", via="to_thread", share="1", length="0ms")
    with registry.load("models", "asyncio").Model(workload, 2) as model:
        model.run(4)
        time.sleep(0.5)
        rested: list[TaskSpan] = model.run(4)
    began = min(start for start, _, _ in rested)
    beats = [beat for _, _, result in rested for beat in result.late]
    assert all(due >= began for due, _ in beats)


@pytest.mark.processes
@pytest.mark.parametrize("call", _calls.CALLS)
@pytest.mark.parametrize("via", ["direct", "to_thread", "threads", "processes"])
def test_every_call_goes_every_way(call: str, via: str) -> None:
    workload = blocking.Workload(call=call, via=via, share="0.5", length="1ms")
    assert isinstance(workload, HasMetrics)
    assert workload.metrics(race(workload, 4))["most_at_once"] >= 1


def test_calls_on_the_loop_stop_it_for_all_of_their_time_together() -> None:
    workload = blocking.Workload(call="sleep", via="direct", share="0.5", length="10ms")
    seen = workload.metrics(race(workload, 6))
    assert seen["stood_share"] > 0.99
    assert seen["standstill_ns"] >= 3 * 10 * MS
    assert seen["most_at_once"] == 1


def test_asyncio_s_own_sleep_overlaps() -> None:
    workload = blocking.Workload(call="sleep", via="native", share="1", length="100ms")
    assert workload.metrics(race(workload, 6))["most_at_once"] == 6


@pytest.mark.slow
def test_the_default_executor_has_a_ceiling_and_a_pool_of_one_s_own_has_none() -> None:
    ceiling = asyncio.run(default_threads())
    for via, most in (("to_thread", ceiling), ("threads", 40)):
        workload = blocking.Workload(call="sleep", via=via, share="1", length="100ms")
        assert workload.metrics(race(workload, 40))["most_at_once"] == most


async def default_threads() -> int:
    await asyncio.to_thread(str)
    executor = asyncio.get_running_loop()._default_executor  # type: ignore[attr-defined]  # CPython's
    return int(executor._max_workers)


@pytest.mark.processes
@pytest.mark.parametrize("via", ["direct", "threads", "processes", "native"])
def test_requests_and_its_asyncio_form_get_what_they_ask_for(via: str) -> None:
    with Target() as target:
        workload = blocking_http.Workload(target.url, via=via, share="0.5", latency="5ms")
        results = race(workload, 4)
    assert [result.span is not None for result in results] == [False, True, False, True]


def test_wrong_outcomes_are_found() -> None:
    workload = blocking.Workload(call="cpu", share="0.5", length="1ms")
    with pytest.raises(WrongResultError, match="task 0 made a call"):
        workload.check(0, outcome(0, 1))
    with pytest.raises(WrongResultError, match="task 1 made no call"):
        workload.check(1, Outcome(span=None))
    with pytest.raises(WrongResultError, match="task 1 got None from cpu"):
        workload.check(1, outcome(0, 1))
    sleep = blocking.Workload(call="sleep", share="1", length="10ms")
    with pytest.raises(WrongResultError, match="slept 8000000 ns"):
        sleep.check(0, outcome(0, 8))


def test_a_query_counts_the_pairs_that_there_are() -> None:
    # Of 1,000 values 0 … 999 the first has 999 above it, the second 998.
    assert _calls.pairs(2) == 999 + 998


@pytest.mark.processes
def test_it_travels_to_the_children_of_a_pool() -> None:
    workload = blocking.Workload(call="sqlite", share="1", length="1ms")
    with pickle.loads(pickle.dumps(workload)).sync_client() as task:
        workload.check(0, task(0))


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"call": "print"}, "none of sleep, sqlite, cpu, nothing"),
        ({"via": "magic"}, "none of direct, to_thread, threads, processes, native"),
        ({"call": "cpu", "via": "native"}, "asyncio has no form of its own of 'cpu'"),
    ],
)
def test_bad_parameters_are_refused_with_what_is_possible(
    params: dict[str, str], complaint: str
) -> None:
    with pytest.raises(BenchError, match=complaint):
        blocking.Workload(**params)
