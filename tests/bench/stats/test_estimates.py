from math import inf, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle
from scipy.stats import mstats

from tests.bench.draws import LAUNCH, WALL, noisy, ratio, walls
from waitbench.perfmodel.ideal import ideal_ns
from waitbench.stats.estimates import (
    MANY_LAUNCHES,
    Walls,
    centre,
    paired_ratio,
)

MS = 1_000_000


def test_the_centre_over_launches_is_the_geometric_mean_of_their_medians() -> None:
    estimate = centre({0: [90.0, 100.0, 500.0], 1: [400.0, 400.0]})
    assert estimate is not None
    assert estimate.value == pytest.approx(200)  # sqrt(100 x 400)
    assert (estimate.over, estimate.count) == ("launches", 2)


def test_the_centre_of_one_launch_is_its_median_and_says_so() -> None:
    estimate = centre({3: [10.0, 12.0, 90.0]})
    assert estimate is not None
    assert estimate.value == pytest.approx(12)
    assert (estimate.over, estimate.count) == ("rounds", 3)


def test_one_round_has_a_centre_and_no_interval() -> None:
    estimate = centre({0: [7.0]})
    assert estimate is not None
    assert estimate.value == pytest.approx(7)
    assert (estimate.low, estimate.high) == (None, None)


@pytest.mark.parametrize("nothing", [{}, {0: []}, {0: [0.0, nan, inf, -1.0]}])
def test_nothing_timed_has_no_centre(nothing: dict[int, list[float]]) -> None:
    assert centre(nothing) is None


def test_figures_that_are_no_times_are_left_out() -> None:
    assert centre({0: [5.0, 0.0, nan], 1: [inf, 5.0]}) == centre({0: [5.0], 1: [5.0]})


@given(st.lists(WALL, min_size=2, max_size=8), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_over_launches_is_student_s(medians: list[float], confidence: float) -> None:
    estimate = centre(
        {number: [wall] for number, wall in enumerate(medians)}, confidence=confidence
    )
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    logs = np.log(medians)
    expected = oracle.t.interval(
        confidence, len(medians) - 1, loc=logs.mean(), scale=max(oracle.sem(logs), 1e-300)
    )
    assert log(estimate.low) == pytest.approx(expected[0], abs=1e-6)
    assert log(estimate.high) == pytest.approx(expected[1], abs=1e-6)


# Paired ratio


def test_the_ratio_is_paired_within_blocks_so_drift_cancels_out() -> None:
    # The machine slows down fourfold; the arm is twice as fast in every block.
    estimate = paired_ratio(walls([10.0, 20.0, 40.0]), walls([5.0, 10.0, 20.0]))
    assert estimate is not None
    assert [estimate.value, estimate.low, estimate.high] == pytest.approx([2, 2, 2])
    assert (estimate.over, estimate.count) == ("blocks", 3)


def test_repeats_within_a_block_count_by_their_median() -> None:
    estimate = paired_ratio({(0, 0): [30.0]}, {(0, 0): [9.0, 10.0, 99.0]})
    assert estimate is not None
    assert estimate.value == pytest.approx(3)


def test_only_common_blocks_are_paired() -> None:
    estimate = paired_ratio({(0, 0): [10.0], (0, 1): [99.0]}, {(0, 0): [5.0], (1, 0): [1.0]})
    assert estimate is not None
    assert estimate.value == pytest.approx(2)
    assert (estimate.low, estimate.count) == (None, 1)


@pytest.mark.parametrize("arm", [{}, {(1, 0): [5.0]}, {(0, 0): []}, {(0, 0): [nan, 0.0]}])
def test_without_a_common_block_there_is_no_ratio(arm: Walls) -> None:
    assert paired_ratio({(0, 0): [10.0]}, arm) is None


def test_each_launch_counts_once_however_many_blocks_it_had() -> None:
    # Launch means of log ratios: log 4 (nine blocks) and log 1 (one block).
    estimate = ratio([4.0] * 9, [1.0])
    assert estimate.value == pytest.approx(2)


@given(st.lists(LAUNCH, min_size=2, max_size=5))
def test_launches_are_the_units_and_blocks_the_least_width(launches: list[list[float]]) -> None:
    estimate = ratio(*launches)
    assert estimate.low is not None
    assert estimate.high is not None
    means = [float(np.log(launch).mean()) for launch in launches]
    outer = float(oracle.t.ppf(0.975, len(means) - 1) * oracle.sem(means))
    freedom = sum(len(launch) - 1 for launch in launches)
    inner = 0.0
    if freedom >= len(means) - 1:
        squares = sum(
            float(((np.log(blocks) - np.log(blocks).mean()) ** 2).sum()) for blocks in launches
        )
        share = sum(1 / len(launch) for launch in launches)
        error = sqrt(squares / freedom * share) / len(launches)
        inner = float(oracle.t.ppf(0.975, freedom)) * error
    half = (log(estimate.high) - log(estimate.low)) / 2
    assert half == pytest.approx(max(outer, inner), abs=1e-6, rel=1e-6)


@given(st.lists(WALL, min_size=2, max_size=10))
def test_one_launch_is_judged_over_its_blocks(blocks: list[float]) -> None:
    estimate = ratio(blocks)
    assert estimate.low is not None
    logs = np.log(blocks)
    half = float(oracle.t.ppf(0.975, len(logs) - 1) * oracle.sem(logs))
    assert log(estimate.low) == pytest.approx(float(logs.mean()) - half, abs=1e-6, rel=1e-6)


@given(st.lists(LAUNCH, min_size=MANY_LAUNCHES, max_size=25))
def test_many_launches_are_trimmed_as_scipy_does(launches: list[list[float]]) -> None:
    estimate = ratio(*launches)
    assert estimate.low is not None
    assert estimate.high is not None
    centres = np.array([np.median(np.log(launch)) for launch in launches])
    cut = int(0.2 * len(centres))
    assert log(estimate.value) == pytest.approx(oracle.trim_mean(centres, 0.2), abs=1e-9)
    error = mstats.trimmed_stde(centres, limits=(0.2, 0.2))
    half = oracle.t.ppf(0.975, len(centres) - 2 * cut - 1) * float(error)
    assert (log(estimate.high) - log(estimate.low)) / 2 == pytest.approx(half, abs=1e-9, rel=1e-6)


def test_one_repeated_block_does_not_speak_for_all_of_them() -> None:
    # Over three launches t of 2 at 95 % is 4.30; the one repeat alone would be t of 1, 12.7.
    estimate = ratio([1.0], [1.01], [1.02, 1.10])
    assert estimate.low is not None
    assert estimate.high is not None
    centres = [log(1.0), log(1.01), (log(1.02) + log(1.10)) / 2]
    half = 4.3027 * float(np.std(centres, ddof=1)) / sqrt(3)
    assert (log(estimate.high) - log(estimate.low)) / 2 == pytest.approx(half, rel=1e-4)


def test_two_launches_in_ten_out_of_line_are_not_listened_to() -> None:
    calm = [[1.0, 1.0, 1.0]] * 8
    estimate = ratio(*calm, [1.1, 1.1, 1.1], [1.3, 1.3, 1.3])
    assert estimate.value == pytest.approx(1)
    assert (estimate.over, estimate.count) == ("launches", 10)


@given(st.lists(LAUNCH, min_size=1, max_size=4))
def test_turning_a_ratio_round_turns_its_interval_round(launches: list[list[float]]) -> None:
    ones = walls(*([1.0] * len(launch) for launch in launches))
    there, back = paired_ratio(walls(*launches), ones), paired_ratio(ones, walls(*launches))
    assert there is not None
    assert back is not None
    assert log(there.value) == pytest.approx(-log(back.value), abs=1e-6)
    if there.low is not None and back.high is not None:
        assert log(there.low) == pytest.approx(-log(back.high), abs=1e-6)


@pytest.mark.parametrize("launches", [2, 3, 6])
def test_intervals_hold_the_truth_as_often_as_they_say(launches: int) -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        estimate = noisy(rng, 1.2, launches, 4)
        assert estimate is not None
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= 1.2 <= estimate.high
    # 95 % of 600 is 570, give or take 5 a standard deviation; it may hold oftener, not seldomer.
    assert held >= 570 - 3 * 5.4


# Ideal


@pytest.mark.parametrize(
    ("tasks", "concurrency", "waits", "cpu", "cores", "expected"),
    [
        (32, 32, 50, 0, 2, 50),
        (33, 32, 50, 0, 2, 100),
        (8, 8, 0, 30, 2, 120),
        (8, 8, 0, 30, 0.5, 480),
        (10, 5, 10, 6, 2, 30),
        (10, 5, 20, 6, 2, 40),
        (1, 0, 7, 0, 1, 7),
    ],
)
def test_the_ideal_is_the_larger_of_the_turns_and_the_cores(  # noqa: PLR0913, PLR0917  a row of figures
    tasks: int, concurrency: int, waits: float, cpu: float, cores: float, expected: float
) -> None:
    bound_ns = ideal_ns(
        tasks=tasks, concurrency=concurrency, waits_ns=waits, cpu_ns=cpu, cores=cores
    )
    assert bound_ns == pytest.approx(expected)
