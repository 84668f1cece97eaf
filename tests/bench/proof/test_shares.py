import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.proof.shares import share


def test_none_of_ten_may_still_be_three_in_ten() -> None:
    of_ten = share([False] * 10)
    assert (of_ten.hits, of_ten.of, of_ten.low) == (0, 10, 0.0)
    assert of_ten.high == pytest.approx(1 - 0.025**0.1)  # 0.3085
    assert str(of_ten) == "0.0 % (0.0 to 30.8; 0/10)"


def test_all_of_ten_may_still_be_seven_in_ten() -> None:
    of_ten = share([True] * 10)
    assert of_ten.low == pytest.approx(0.025**0.1)
    assert (of_ten.value, of_ten.high) == (1.0, 1.0)


def test_what_could_not_be_told_does_not_count() -> None:
    assert share([True, None, False, None]) == share([True, False])


def test_nothing_is_no_share() -> None:
    of_none = share([None])
    assert (of_none.value, of_none.low, of_none.high) == (None, 0.0, 1.0)
    assert (str(of_none), of_none.short) == ("-", "-")


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_intervals_are_exact(happened: list[bool]) -> None:
    ours = share(happened)
    scipys = binomtest(sum(happened), len(happened)).proportion_ci(0.95, method="exact")
    assert (ours.low, ours.high) == pytest.approx((scipys.low, scipys.high), abs=1e-9)
