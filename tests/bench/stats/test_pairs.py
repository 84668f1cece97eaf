"""The ratio over pairs of processes: medians within a pair, few pairs never surer than blocks."""

from math import exp, log, sqrt

import pytest
from scipy import stats

from waitbench.stats import estimates, pairs
from waitbench.stats.estimates import Walls
from waitbench.stats.quantiles import MAD_OF_NORMAL, MEDIAN_COST

BLOCKS = (-0.02, -0.01, 0.0, 0.01, 0.02)


def sides(middles: list[float], blocks: tuple[float, ...] = BLOCKS) -> tuple[Walls, Walls]:
    """Head is faster by these logarithms in each pair, its blocks lying so far off."""
    keys = [(pair, block) for pair in range(len(middles)) for block in range(len(blocks))]
    base = {key: [100.0 * exp(middles[key[0]] + blocks[key[1]])] for key in keys}
    return base, {key: [100.0] for key in keys}


def test_a_pair_counts_by_its_median_however_far_off_one_block_lies() -> None:
    estimate = pairs.paired_ratio(*sides([0.1, 0.3], (0.0, 0.0, 9.0)), confidence=0.99)
    assert estimate is not None
    assert log(estimate.value) == pytest.approx(0.2)
    # Two pairs 0.2 apart: their deviation is 0.2 / sqrt(2), the error of their mean 0.1.
    assert estimate.spreads[0].error == pytest.approx(0.1)
    assert estimate.spreads[0].freedom == 1


def test_pairs_that_agree_by_luck_are_no_surer_than_their_blocks() -> None:
    estimate = pairs.paired_ratio(*sides([0.1] * 4), confidence=0.99)
    assert estimate is not None
    # Of each pair's five blocks, two lie 0.02 off and two 0.01: the median of all is 0.01.
    error = MEDIAN_COST * MAD_OF_NORMAL * 0.01 / sqrt(20)
    half = stats.t.ppf(0.995, 16) * error
    assert log(estimate.high or 0) - 0.1 == pytest.approx(half)


def test_many_pairs_are_trimmed() -> None:
    middles = [0.01 * pair for pair in range(pairs.MANY_PAIRS - 1)] + [9.0]
    estimate = pairs.paired_ratio(*sides(middles), confidence=0.99)
    assert estimate is not None
    # 16 pairs, three cut at either end: 0.03 to 0.12 are left.
    assert log(estimate.value) == pytest.approx(0.075)
    assert estimate.spreads[0].freedom == 9


def test_one_pair_has_the_interval_of_its_blocks_and_none_has_nothing() -> None:
    one = pairs.paired_ratio(*sides([0.1]), confidence=0.99)
    assert one == estimates.paired_ratio(*sides([0.1]), confidence=0.99)
    assert pairs.paired_ratio({}, {}, confidence=0.99) is None
