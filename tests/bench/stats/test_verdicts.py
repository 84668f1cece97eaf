from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle

from tests.bench.draws import LAUNCH, noisy, ratio
from waitbench.stats.verdicts import judge


def test_a_family_of_equal_arms_is_seldom_told_apart() -> None:
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(120):
        verdicts = judge([noisy(rng, 1.0, 3, 4) for _ in range(20)])
        wrong += any(verdict.verdict in {"faster", "slower"} for verdict in verdicts)
    # At most 5 % of families, 6 of 120 with a standard deviation of 2.4.
    assert wrong <= 6 + 3 * 2.4


def test_a_large_effect_is_seen_beside_many_null_rows() -> None:
    rng = np.random.default_rng(3)
    ratios = [noisy(rng, 1.0, 3, 4) for _ in range(19)]
    assert judge([noisy(rng, 20.0, 3, 4), *ratios])[0].verdict == "faster"


@pytest.mark.parametrize(
    ("blocks", "word"),
    [
        ([2.0, 2.02, 1.98], "faster"),
        ([0.5, 0.51, 0.49], "slower"),
        ([1.0, 1.01, 0.99, 1.0], "same"),
        # 1.02 surely, but within 5 %: it does not matter.
        ([1.02, 1.021, 1.019], "same"),
        ([1.0, 1.5, 0.7], "undecided"),
        ([1.0], "undecided"),
        ([5.0], "undecided"),
        # Ties to the last bit.
        ([1.0, 1.0], "same"),
        ([3.0, 3.0], "faster"),
    ],
)
def test_a_verdict_follows_from_the_interval(blocks: list[float], word: str) -> None:
    (verdict,) = judge([ratio(blocks)])
    assert verdict.verdict == word


def test_what_is_not_there_is_undecided() -> None:
    (verdict,) = judge([None])
    assert (verdict.verdict, verdict.detectable, verdict.more) == ("undecided", None, None)


def test_no_comparison_has_no_verdict() -> None:
    assert judge([]) == []


def test_an_undecided_verdict_says_what_it_could_have_seen() -> None:
    estimate = ratio([1.0, 1.5, 0.7])
    (verdict,) = judge([estimate])
    assert verdict.detectable is not None
    assert estimate.low is not None
    assert verdict.detectable == pytest.approx(estimate.value / estimate.low - 1)


def test_about_as_many_more_as_it_says_decide_it() -> None:
    # Log ratios -0.06 .. 0.14: mean 0.04, standard deviation 0.1; not yet told from 1.
    draws = [exp(0.04 + 0.1 * draw) for draw in (-1.0, 0.0, 1.0)]
    (verdict,) = judge([ratio(draws)])
    assert verdict.verdict == "undecided"
    assert verdict.more is not None
    # t x 0.1 / sqrt(n) < 0.04 wants n = 27 (t = 2.056: 0.0396), and there are 3.
    assert verdict.more == 24
    assert verdict.over == "blocks"


def test_so_close_that_no_number_is_worth_naming() -> None:
    wild = ratio([1.025 * 100, 1.025 / 100, 1.025])
    assert judge([wild])[0].more is None


def test_holm_wants_more_of_the_first_than_of_the_last() -> None:
    # p = 0.03 alone is decided; twice over, the smaller one wants 0.025.
    freedom = 3
    distance = float(oracle.t.ppf(1 - 0.03 / 2, freedom))
    spread = np.array([-1.5, -0.5, 0.5, 1.5]) * 0.1
    error = float(oracle.sem(spread))
    blocks = [exp(distance * error + float(draw)) for draw in spread]
    assert judge([ratio(blocks)])[0].verdict == "faster"
    assert [verdict.verdict for verdict in judge([ratio(blocks)] * 2)] == ["undecided"] * 2
    # Beside a row that is decided at once it has the whole 5 % to itself.
    assert [verdict.verdict for verdict in judge([ratio([9.0, 9.0]), ratio(blocks)])] == [
        "faster",
        "faster",
    ]


@given(st.lists(st.none() | st.lists(LAUNCH, min_size=1, max_size=3), max_size=5))
def test_every_row_gets_a_verdict(rows: list[list[list[float]] | None]) -> None:
    ratios = [None if row is None else ratio(*row) for row in rows]
    assert len(judge(ratios)) == len(rows)
