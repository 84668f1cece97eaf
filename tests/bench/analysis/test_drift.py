"""The course of rounds: noise stays in the middle, a drift is drawn and said."""

import random

import pytest

from waitbench.analysis.drift import course, drift


def test_noise_goes_nowhere_and_a_rise_goes_up() -> None:
    drawn = random.Random(3)
    steady = [1 + drawn.gauss(0, 0.05) for _ in range(400)]
    assert all(0.2 < share < 0.8 for share in course(steady))
    rising = [1 + place / 400 for place in range(400)]
    shares = course(rising)
    assert shares == tuple(sorted(shares))
    assert (shares[0], shares[-1]) == (0, 1)


def test_a_drift_is_the_last_third_to_the_first() -> None:
    assert drift([1.0] * 10 + [1.2] * 10 + [1.5] * 10) == pytest.approx(1.5)
    assert drift([1.0] * 30) is None
    assert drift([1.0] * 15 + [1.04] * 15) is None


def test_thirds_that_overlap_do_not_drift() -> None:
    wide = [1.0, 2.0] * 5
    assert drift([*wide, *wide, *(1.2 * value for value in wide)]) is None


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 15])
def test_few_rounds_have_no_course(values: list[float]) -> None:
    assert course(values) == ()
    assert drift(values) is None


def test_alike_rounds_are_in_the_middle() -> None:
    assert course([2.0] * 16) == (0.5,) * 8
