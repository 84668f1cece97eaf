from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.loadtest.arrivals import MOST, Arrivals, planned_ns

S = 1_000_000_000


def test_constant_arrivals_are_evenly_spaced_from_the_start() -> None:
    assert planned_ns("constant", 4, S, "") == [0, S // 4, S // 2, 3 * S // 4]


def test_random_arrivals_are_the_same_for_the_same_seed_and_no_other() -> None:
    first, again, other = (planned_ns("poisson", 50, S, seed) for seed in ("a", "a", "b"))
    assert first == again != other


def test_random_arrivals_come_at_their_rate_and_are_no_even_spacing() -> None:
    due = planned_ns("poisson", 1_000, 20 * S, "seed")
    # 20,000 expected; a Poisson count is within 4 standard deviations, 566, of that.
    assert len(due) == pytest.approx(20_000, abs=566)
    gaps = [later - earlier for earlier, later in pairwise(due)]
    # Of exponential gaps a share of 1 - 1/e = 63.2 % is below the mean.
    assert sum(gap < S / 1_000 for gap in gaps) / len(gaps) == pytest.approx(0.632, abs=0.02)


@given(
    st.sampled_from(get_args(Arrivals)),
    st.floats(0.5, 5_000),
    st.integers(1, 2 * S),
)
def test_a_plan_ascends_within_its_time_and_is_bounded(
    kind: Arrivals, rate: float, for_ns: int
) -> None:
    due = planned_ns(kind, rate, for_ns, "seed")
    assert 1 <= len(due) <= MOST
    assert due == sorted(due)
    assert due[-1] <= for_ns + S / rate


def test_no_step_has_more_requests_than_are_bearable() -> None:
    assert len(planned_ns("constant", 1e6, S, "")) == MOST
