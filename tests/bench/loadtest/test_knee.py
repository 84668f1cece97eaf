from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.loadtest.knee import CLOSE, Bracket, search


def up_to(knee: float, tried: list[float]) -> Callable[[float], bool]:
    """A server that sustains every rate up to this one."""

    def sustains(rate: float) -> bool:
        tried.append(rate)
        return rate <= knee

    return sustains


def test_it_climbs_by_strides_and_then_halves_the_bracket_in_ratio() -> None:
    tried: list[float] = []
    bracket = search(up_to(50, tried), first=25, most=1_000)
    # 25 is sustained, 100 is not and is tried again; their geometric middle is 50, and so on.
    assert tried[:4] == [25, 100, 100, 50]
    assert bracket.sustained == 50
    assert bracket.missed is not None
    assert bracket.missed / bracket.sustained <= CLOSE


def test_it_goes_down_where_even_the_first_rate_is_missed() -> None:
    bracket = search(up_to(10, []), first=100, most=1_000)
    assert bracket.sustained is not None
    assert bracket.sustained <= 10 < (bracket.missed or 0)


def test_a_server_that_holds_the_most_that_may_be_tried_has_no_upper_end() -> None:
    assert search(up_to(1e9, []), first=100, most=1_000) == Bracket(sustained=1_000, missed=None)


def test_a_server_that_holds_nothing_has_no_knee() -> None:
    bracket = search(lambda _: False, first=100, most=1_000)
    assert (bracket.sustained, bracket.knee) == (None, None)


def test_one_hiccup_is_no_knee() -> None:
    hiccups = [25.0]

    def sustains(rate: float) -> bool:
        if rate in hiccups:
            hiccups.remove(rate)
            return False
        return rate <= 60

    bracket = search(sustains, first=25, most=1_000)
    assert bracket.knee == pytest.approx(60, rel=CLOSE - 1)


def test_a_rate_that_was_missed_twice_is_tried_no_third_time() -> None:
    tried: list[float] = []
    search(up_to(30, tried), first=25, most=1_000)
    assert max(map(tried.count, tried)) == 2


@given(st.floats(5, 4_000), st.floats(5, 500))
def test_the_bracket_holds_the_knee_wherever_it_begins(knee: float, first: float) -> None:
    bracket = search(up_to(knee, []), first=first, most=6_000)
    assert bracket.sustained is not None
    assert bracket.missed is not None
    assert bracket.sustained <= knee < bracket.missed <= CLOSE * bracket.sustained
