"""The queueing model against walls worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waitbench.perfmodel.demand import Demand
from waitbench.perfmodel.queueing import Places, round_ns

MS = 1_000_000
ALIKE = (1.0,)


def demand(wait: float = 0, held: float = 0, free: float = 0, **more: float) -> Demand:
    return Demand(
        waits_ns=wait * MS,
        held_ns=held * MS,
        free_ns=free * MS,
        **{name: ms * MS for name, ms in more.items()},
    )


def wall_ms(demand: Demand, calls: int, places: Places) -> float:
    return round_ns(demand, ALIKE, calls, places) / MS


def places(width: int, **more: float) -> Places:
    return Places(width=width, cores=2, **more)  # type: ignore[arg-type] # numbers all


def test_one_worker_takes_the_sum() -> None:
    assert wall_ms(demand(wait=20, held=5), 8, places(1)) == pytest.approx(200)


def test_waits_overlap_without_limit() -> None:
    assert wall_ms(demand(wait=20), 64, places(64)) == pytest.approx(20)
    assert wall_ms(demand(wait=20), 64, places(16)) == pytest.approx(80)


def test_a_lock_admits_one_call_at_a_time() -> None:
    # 100 x 5 ms through the lock; only the first half of the first and the last wait stand alone.
    took = wall_ms(demand(wait=20, held=5), 100, places(16, lock=True))
    assert 500 <= took <= 530
    assert wall_ms(demand(held=20), 8, places(4, lock=True)) == pytest.approx(160)


def test_without_a_lock_the_cores_are_the_limit() -> None:
    assert wall_ms(demand(held=20), 8, places(4)) == pytest.approx(80)
    assert wall_ms(demand(free=20), 8, places(4, lock=True)) == pytest.approx(80)


def test_a_loop_computes_one_at_a_time_whatever_lock_there_is() -> None:
    assert wall_ms(demand(free=20), 8, places(4, loop=True)) == pytest.approx(160)


def test_cores_that_contend_are_slower() -> None:
    assert wall_ms(demand(held=20), 8, places(2, contention=1.5)) == pytest.approx(120)
    assert wall_ms(demand(held=20), 8, places(1, contention=1.5)) == pytest.approx(160)


def test_helpers_that_fill_the_cores_leave_nothing_to_win() -> None:
    whole = demand(free=20, helped_ns=20)  # its own core and another one, for 20 ms
    assert wall_ms(whole, 8, places(1)) == pytest.approx(160)
    assert wall_ms(whole, 8, places(4)) == pytest.approx(160)


def test_a_child_computes_on_a_core_of_its_own() -> None:
    child = demand(held=1, helped_ns=30, helped_span_ns=30)
    assert wall_ms(child, 4, places(1)) == pytest.approx(124)
    assert wall_ms(child, 4, places(2, lock=True)) == pytest.approx(62, abs=3)


def test_what_serves_few_at_once_makes_the_others_wait() -> None:
    assert wall_ms(demand(wait=10), 64, places(16, capacity=4)) == pytest.approx(160)
    assert wall_ms(demand(wait=10), 64, places(2, capacity=4)) == pytest.approx(320)
    assert wall_ms(demand(wait=10), 8, places(8, capacity=1)) == pytest.approx(80)


def test_chunks_leave_workers_idle_at_the_end() -> None:
    # Three chunks of two calls for two workers: the second round of chunks has only one.
    assert wall_ms(demand(wait=10), 6, places(2, chunk=2)) == pytest.approx(40)


def test_what_the_model_costs_is_added() -> None:
    assert wall_ms(demand(wait=10), 4, places(1, call_ns=1 * MS, round_ns=3 * MS)) == pytest.approx(
        4 * 11 + 3
    )


def test_calls_that_differ_are_taken_in_turn() -> None:
    assert round_ns(demand(wait=10), (0.5, 1.5), 4, places(1)) / MS == pytest.approx(40)
    assert round_ns(demand(wait=10), (0.5, 1.5), 2, places(2)) / MS == pytest.approx(15)


def test_a_sample_of_long_calls_makes_no_round_longer() -> None:
    # Two calls that happen to come from a slow moment are calls like any other.
    assert round_ns(demand(wait=10), (1.6, 1.6, 0.4), 2, places(1)) / MS == pytest.approx(20)


@settings(max_examples=60, deadline=None)
@given(
    wait=st.floats(0, 20),
    held=st.floats(0.01, 10),
    free=st.floats(0, 10),
    calls=st.integers(1, 40),
    width=st.integers(1, 12),
    lock=st.booleans(),
)
def test_no_wall_beats_its_bounds_nor_the_sum(  # noqa: PLR0913, PLR0917 - all that a round has
    wait: float,
    held: float,
    free: float,
    calls: int,
    width: int,
    lock: bool,  # noqa: FBT001
) -> None:
    took = wall_ms(demand(wait, held, free), calls, places(width, lock=lock))
    least = max(
        -(-calls // width) * (wait + held + free) if width == 1 else wait + held + free,
        calls * (held + free) / 2,
        calls * held if lock else 0,
    )
    assert least * 0.999 <= took <= calls * (wait + held + free) * 1.001
