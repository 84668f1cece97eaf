from math import exp, log, sqrt

import numpy as np
import pytest
from scipy import stats as oracle

from tests.bench.draws import ratio
from waitbench.stats.estimates import Estimate
from waitbench.stats.moderation import LaunchVariance, launch_variance, moderated
from waitbench.stats.verdicts import judge


def test_many_launches_need_no_other_row_s_variance() -> None:
    many = ratio(*[[1.0 + 0.01 * number] for number in range(10)])
    assert moderated(many, LaunchVariance(variance=1.0, launches=1)) == many
    assert launch_variance([many] * 5) is None


def test_rows_of_one_run_pool_the_spread_of_their_launches() -> None:
    # Log ratios (0, 0.2) and (0, 0.4): variances 0.02 and 0.08; the third row has 0. The middle
    # one is 0.02, and half of all draws of one degree of freedom lie below 0.4549 of the truth.
    rows = [ratio([1.0], [exp(0.2)]), ratio([1.0], [exp(0.4)]), ratio([2.0], [2.0])]
    shared = launch_variance(rows)
    assert shared is not None
    assert shared.variance == pytest.approx(0.02 / 0.4549, rel=1e-3)
    assert shared.launches == 1


def test_a_estimate_row_stands_between_its_own_spread_and_the_run_s() -> None:
    # Own variance 0 with 1 degree of freedom, the run's 0.03 with 2: 0.06 / 3 = 0.02 with 3.
    narrowed = moderated(ratio([2.0], [2.0]), LaunchVariance(variance=0.03, launches=2))
    assert narrowed is not None
    assert narrowed.value == pytest.approx(2)
    assert narrowed.pooled is not None
    assert narrowed.pooled.freedom == 3
    assert narrowed.pooled.error == pytest.approx(sqrt(0.02 / 2))


def test_a_restless_row_of_two_launches_gains_from_the_run() -> None:
    # Own: t(1) at 97.5 % is 25.5; pooled: (2 x 0.0001 + 0.02) / 3 with t(3) at 97.5 %: 4.18.
    own = ratio([1.0], [exp(0.2)])
    narrowed = moderated(own, LaunchVariance(variance=0.0001, launches=2))
    assert own.low is not None
    assert narrowed is not None
    assert narrowed.low is not None
    half = float(oracle.t.ppf(1 - 0.025 / 2, 3)) * sqrt(0.0202 / 3 / 2)
    assert log(narrowed.low) == pytest.approx(0.1 - half)
    assert narrowed.low > own.low


def test_a_quiet_row_is_hardly_blurred_by_a_restless_run() -> None:
    own = ratio([1.0], [1.01], [1.0], [1.01])
    narrowed = moderated(own, LaunchVariance(variance=0.04, launches=2))
    assert narrowed is not None
    assert own.low is not None
    assert narrowed.low is not None
    # At half the error t(3) grows from 3.18 to 4.18, and no more.
    assert log(narrowed.value / narrowed.low) == pytest.approx(
        log(own.value / own.low) * 4.177 / 3.182, rel=1e-3
    )


@pytest.mark.parametrize("rows", [[], [None], [ratio([1.0], [2.0])] * 2, [ratio([1.0, 2.0])] * 9])
def test_too_few_rows_or_one_launch_pool_nothing(rows: list[Estimate | None]) -> None:
    assert launch_variance(rows) is None


def test_what_has_one_launch_is_left_as_it_is() -> None:
    shared = LaunchVariance(variance=1.0, launches=2)
    alone = ratio([1.0, 1.1, 1.2])
    assert moderated(alone, shared) is alone
    assert moderated(None, shared) is None


@pytest.mark.parametrize("launches", [2, 3])
@pytest.mark.parametrize("rows", [3, 6, 12])
def test_estimate_intervals_hold_the_truth_as_often_as_they_say(launches: int, rows: int) -> None:
    rng = np.random.default_rng(5)
    held = families = 0
    for _ in range(120):
        # Rows whose spread differs widely: by a factor of 2 either way at one standard deviation.
        drawn = [
            ratio(*([launch] for launch in np.exp(rng.normal(0, spread, launches)).tolist()))
            for spread in 0.03 * np.exp(rng.normal(0, 0.7, rows))
        ]
        shared = launch_variance(drawn)
        narrowed = [estimate_ for estimate in drawn if (estimate_ := moderated(estimate, shared))]
        held += sum((estimate.low or 0) <= 1 <= (estimate.high or 0) for estimate in narrowed)
        words = {verdict.verdict for verdict in judge(list(narrowed), margin=1e-9)}
        families += bool(words & {"faster", "slower"})
    assert held >= 0.93 * 120 * rows
    # At most 5 % of families wrong: 6 of 120, with a standard deviation of 2.4.
    assert families <= 6 + 3 * 2.4
