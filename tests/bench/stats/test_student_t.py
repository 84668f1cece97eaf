from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, gammaincinv, stdtrit

from waitbench.stats.student_t import MEDIAN_SHARE, quantile, two_tails

FREEDOM = st.integers(1, 400)


@given(FREEDOM, st.floats(0.01, 1e4))
def test_tails_keep_their_digits_however_far_out(freedom: int, distance: float) -> None:
    tails = betainc(freedom / 2, 0.5, freedom / (freedom + distance * distance))
    assert two_tails(freedom, distance) == pytest.approx(float(tails), rel=1e-11, abs=1e-290)


@given(FREEDOM, st.floats(-12, -0.01))
def test_a_quantile_is_that_of_an_independent_implementation(freedom: int, power: float) -> None:
    error = 10**power
    assert quantile(freedom, error) == pytest.approx(-float(stdtrit(freedom, error / 2)), rel=1e-11)


@given(FREEDOM, st.floats(-30, -0.001))
def test_a_quantile_has_the_tails_that_it_was_asked_for(freedom: int, power: float) -> None:
    assert log(two_tails(freedom, quantile(freedom, 10**power))) == pytest.approx(
        power * log(10), abs=1e-10
    )


def test_the_middle_and_the_ends() -> None:
    assert two_tails(3, 0.0) == 1
    assert two_tails(3, inf) == 0
    assert two_tails(1, 1.0) == pytest.approx(0.5)  # t(1) is Cauchy: half lies within 1
    assert quantile(3, 1.0) == 0


def test_the_median_of_few_draws_of_a_variance_lies_below_its_mean() -> None:
    expected = [float(gammaincinv(freedom / 2, 0.5)) * 2 / freedom for freedom in range(1, 9)]
    assert pytest.approx(expected, rel=1e-14) == MEDIAN_SHARE
