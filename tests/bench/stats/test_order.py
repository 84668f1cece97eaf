"""The interval of a median by ranks: as tables have it, and as often right as it says."""

import random
from statistics import median

import pytest

from waitbench.stats.order import median_interval
from waitbench.stats.unpaired import unpaired_ratio


@pytest.mark.parametrize(("many", "rank"), [(6, 1), (8, 1), (9, 2), (12, 3), (20, 6), (25, 8)])
def test_the_ranks_are_those_of_the_sign_test(many: int, rank: int) -> None:
    values = [float(number) for number in range(1, many + 1)]
    assert median_interval(values) == (rank, many + 1 - rank)


def test_five_values_tell_none_at_95_per_cent() -> None:
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0]) is None
    assert median_interval([1.0, 2.0, 3.0, 4.0, 5.0], confidence=0.9) == (1, 5)


def test_it_holds_the_median_of_a_skewed_distribution_often_enough() -> None:
    drawn = random.Random(1)
    held = 0
    for _ in range(2000):
        ends = median_interval([drawn.expovariate(1.0) for _ in range(20)])
        assert ends is not None
        held += ends[0] <= 0.6931 <= ends[1]
    assert held / 2000 > 0.95


def test_a_ratio_of_two_runs_lies_in_its_interval_and_wants_two_processes() -> None:
    before = [[1.0, 1.1], [1.2], [0.9]]
    after = [[2.0], [2.2, 2.3], [1.9]]
    sure = unpaired_ratio(before, after)
    assert sure is not None
    ratio, low, high = sure
    assert low < 2 < high
    assert low < ratio < high
    assert median([low, ratio, high]) == ratio
    assert unpaired_ratio(before, [[2.0, 2.1]]) is None
    assert unpaired_ratio([[1.0], [1.0]], [[2.0], [2.0]]) == pytest.approx((2, 2, 2))
