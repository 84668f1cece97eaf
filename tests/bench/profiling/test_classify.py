from __future__ import annotations

import pytest

from tests.bench.profiling.lanes import AWAITED, LOOP, RECV, SELECT, SEND, TASK, WORK, lane, stack
from waitbench.profiling.classify import KINDS, classify, shares

SELECTORS = ("select", "/usr/lib/python3.11/selectors.py")
GET = ("_queue.SimpleQueue.get", "<built-in>")
POOL = ("_worker", "/usr/lib/python3.11/concurrent/futures/thread.py")
LOCK = ("wait", "/usr/lib/python3.11/threading.py")
ACQUIRE = ("lock.acquire", "<built-in>")
LOOK = ("wait_for_socket", "/venv/lib/python3.11/site-packages/urllib3/util/wait.py")
DUMPS = ("dumps", "/usr/lib/python3.11/json/__init__.py")


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ((TASK, WORK, SEND, RECV), "waiting"),
        ((TASK, WORK, ("time.sleep", "<built-in>")), "waiting"),
        ((TASK, WORK, SEND, ("socket.send", "<built-in>")), "library"),
        ((TASK, WORK, SEND, LOOK, ("select.poll.poll", "<built-in>")), "library"),
        ((LOOP, SELECTORS, SELECT), "idle"),
        ((POOL, GET), "idle"),
        ((TASK, WORK, LOCK, ACQUIRE), "blocked"),
        ((LOOP,), "machinery"),
        ((TASK, WORK), "workload"),
        ((TASK, WORK, DUMPS), "workload"),
        ((TASK, WORK, SEND, DUMPS), "library"),
        ((("own", "/home/me/own.py"),), "workload"),
    ],
)
def test_a_stack_tells_what_it_was_doing(
    frames: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert classify(stack(*frames)) == expected


def test_shares_are_those_of_the_samples_where_the_system_tells_no_cpu() -> None:
    sampled = lane(
        {stack(TASK, WORK, SEND, RECV): 60, stack(TASK, WORK, SEND): 30, stack(LOOP): 10}
    )
    parts = shares([sampled])
    assert parts["waiting"] == pytest.approx(0.6)
    assert parts["library"] == pytest.approx(0.3)
    assert parts["machinery"] == pytest.approx(0.1)
    assert list(parts) == list(KINDS)


def test_what_computing_took_beyond_its_cpu_was_blocked_or_had_no_core() -> None:
    """80 ms look like computing, 40 ms of CPU: 10 ms stood ready without a core, 30 ms blocked."""
    sampled = lane(
        {stack(TASK, WORK, SEND, RECV): 20, stack(TASK, WORK, SEND): 60, stack(TASK, WORK): 20},
        cpu_ms=40,
        delay_ms=10,
    )
    parts = shares([sampled])
    assert parts["waiting"] == pytest.approx(0.2)
    assert parts["library"] == pytest.approx(0.3)
    assert parts["workload"] == pytest.approx(0.1)
    assert parts["no core"] == pytest.approx(0.1)
    assert parts["blocked"] == pytest.approx(0.3)
    assert sum(parts.values()) == pytest.approx(1)


def test_more_cpu_than_samples_that_compute_leaves_them_as_they_are() -> None:
    sampled = lane(
        {stack(TASK, WORK, SEND, RECV): 70, stack(TASK, WORK): 30}, cpu_ms=50, delay_ms=20
    )
    parts = shares([sampled])
    assert parts["workload"] == pytest.approx(0.3)
    assert parts["no core"] == parts["blocked"] == 0


def test_a_lane_counts_as_long_as_it_is() -> None:
    waits, works = lane({stack(TASK, WORK, SEND, RECV): 300}), lane({stack(TASK, WORK): 100})
    parts = shares([waits, works])
    assert (parts["waiting"], parts["workload"]) == pytest.approx((0.75, 0.25))


def test_no_lane_has_no_shares() -> None:
    assert set(shares([]).values()) == {0.0}


def test_a_loop_with_tasks_and_nothing_to_do_waits_and_a_pool_s_thread_idles() -> None:
    loop = lane({stack(AWAITED, WORK): 20, stack(LOOP, SELECTORS, SELECT): 80})
    assert shares([loop])["waiting"] == pytest.approx(0.8)
    assert shares([loop])["idle"] == 0
    pooled = lane({stack(TASK, WORK): 20, stack(POOL, GET): 80})
    assert shares([pooled])["idle"] == pytest.approx(0.8)
