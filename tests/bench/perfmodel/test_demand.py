"""What a call asks for, worked out by hand from the figures of a watched round."""

import pytest

from waitbench.perfmodel.demand import Demand, tells_lock

MS = 1_000_000


def seen(**figures: float) -> dict[str, float]:
    """Nothing but what a test says."""
    plain = {
        "own_ns": 0.0,
        "threads_ns": 0.0,
        "children_ns": 0.0,
        "system_share": 0.0,
        "own_queued_ns": 0.0,
        "threads_queued_ns": 0.0,
        "children_queued_ns": 0.0,
        "helpers": 1.0,
        "switches": 0.0,
        "knocks_held": 0.0,
        "knocks_free": 0.0,
        "knocks_queued": 0.0,
        "knocks_idle_share": 0.0,
        "knocks_limit_ns": 0.0,
    }
    return {f"watched_{name}": value for name, value in {**plain, **figures}.items()}


def test_what_is_not_on_a_core_is_waiting() -> None:
    demand = Demand.of(seen(own_ns=20 * MS, knocks_held=20, knocks_free=80), 100 * MS, 10)
    assert (demand.waits_ns, demand.held_ns, demand.free_ns) == (8 * MS, 2 * MS, 0)
    assert demand.waiting == pytest.approx(0.8)
    assert demand.locked == pytest.approx(0.2)


def test_samples_of_the_lock_tell_who_computes_without_the_lock() -> None:
    # Of 100 samples 60 fell while it waited; of the other 40, 10 found the lock held.
    demand = Demand.of(seen(own_ns=40 * MS, knocks_held=10, knocks_free=90), 100 * MS, 1)
    assert demand.held_ns == pytest.approx(10 * MS)
    assert demand.free_ns == pytest.approx(30 * MS)


def test_a_sample_that_stood_in_the_run_queue_tells_nothing() -> None:
    figures = seen(own_ns=100 * MS, knocks_held=30, knocks_free=30, knocks_queued=40)
    assert Demand.of(figures, 100 * MS, 1).held_ns == pytest.approx(50 * MS)


def test_of_brief_bursts_the_system_s_part_is_free() -> None:
    figures = seen(own_ns=10 * MS, switches=99, system_share=0.3, knocks_held=0, knocks_free=50)
    demand = Demand.of(figures, 100 * MS, 100)
    assert demand.held_ns == pytest.approx(0.07 * MS)
    assert demand.free_ns == pytest.approx(0.03 * MS)


def test_a_call_too_short_to_be_met_is_taken_to_hold_the_lock() -> None:
    # 1.7 ms of Python and not one sample; the one tick that fell into it was the system's.
    figures = seen(own_ns=1.7 * MS, switches=1, system_share=1.0)
    assert not tells_lock(figures, 1.7 * MS)
    demand = Demand.of(figures, 1.7 * MS, 1)
    assert (demand.held_ns, demand.free_ns) == (1.7 * MS, 0)
    few = seen(own_ns=40 * MS, system_share=1.0, knocks_held=9, knocks_free=1)
    assert not tells_lock(few, 40 * MS)
    assert Demand.of(few, 40 * MS, 1).locked == 1


def test_enough_samples_or_ticks_tell_who_holds_the_lock() -> None:
    assert tells_lock(seen(own_ns=100 * MS, knocks_held=15, knocks_free=5), 100 * MS)
    assert tells_lock(seen(own_ns=5 * MS, switches=99), 100 * MS)
    assert not tells_lock(seen(own_ns=3 * MS, switches=99), 100 * MS)


def test_time_in_the_run_queue_is_no_part_of_the_call() -> None:
    figures = seen(own_ns=20 * MS, own_queued_ns=30 * MS, knocks_held=50, knocks_free=50)
    demand = Demand.of(figures, 100 * MS, 1)
    assert (demand.waits_ns, demand.queued_ns) == (50 * MS, 30 * MS)
    assert demand.alone_ns == 70 * MS


def test_waiting_for_a_child_that_computes_is_computing() -> None:
    demand = Demand.of(seen(own_ns=2 * MS, children_ns=60 * MS), 112 * MS, 1)
    assert (demand.helped_ns, demand.helped_span_ns, demand.waits_ns) == (60 * MS, 60 * MS, 50 * MS)
    assert demand.alone_ns == 112 * MS


def test_two_children_at_once_take_half_the_time() -> None:
    demand = Demand.of(seen(own_ns=2 * MS, children_ns=60 * MS, helpers=2), 32 * MS, 1)
    assert (demand.helped_ns, demand.helped_span_ns, demand.waits_ns) == (60 * MS, 30 * MS, 0)


def test_what_a_child_stood_in_the_run_queue_is_not_waiting_either() -> None:
    demand = Demand.of(
        seen(own_ns=2 * MS, children_ns=60 * MS, children_queued_ns=30 * MS), 92 * MS, 1
    )
    assert demand.waits_ns == 0
    assert demand.helped_span_ns == pytest.approx(60 * MS)


def test_threads_that_compute_beside_the_call_cost_cores_but_no_time() -> None:
    figures = seen(own_ns=50 * MS, threads_ns=50 * MS, knocks_free=100, helpers=1)
    demand = Demand.of(figures, 50 * MS, 1)
    assert (demand.free_ns, demand.helped_ns, demand.helped_span_ns) == (50 * MS, 50 * MS, 0)
    assert (demand.alone_ns, demand.cpu_ns) == (50 * MS, 100 * MS)
