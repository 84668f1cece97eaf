import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from bench.proof.shares import share


def test_none_of_ten_may_still_be_three_in_ten() -> None:
    found = share([False] * 10)
    assert (found.hits, found.of, found.low) == (0, 10, 0.0)
    assert found.high == pytest.approx(1 - 0.025**0.1)  # 0.3085
    assert str(found) == "0.0 % (0.0 to 30.8; 0/10)"


def test_all_of_ten_may_still_be_seven_in_ten() -> None:
    found = share([True] * 10)
    assert found.low == pytest.approx(0.025**0.1)
    assert (found.value, found.high) == (1.0, 1.0)


def test_what_could_not_be_told_does_not_count() -> None:
    assert share([True, None, False, None]) == share([True, False])


def test_nothing_is_no_share() -> None:
    found = share([None])
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)
    assert (str(found), found.short) == ("-", "-")


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_intervals_are_exact(happened: list[bool]) -> None:
    found = share(happened)
    told = binomtest(sum(happened), len(happened)).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == pytest.approx((told.low, told.high), abs=1e-9)
