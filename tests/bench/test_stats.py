from math import exp, inf, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as oracle

from bench.stats import Estimate, centre, ideal_ns, judge, paired_ratio

MS = 1_000_000
Walls = dict[tuple[int, int], list[float]]

WALL = st.floats(1e3, 1e12)
LAUNCH = st.lists(WALL, min_size=1, max_size=6)


def walls(*launches: list[float]) -> Walls:
    """One round in each block."""
    return {
        (launch, block): [wall]
        for launch, blocks in enumerate(launches)
        for block, wall in enumerate(blocks)
    }


def ratio(*launches: list[float]) -> Estimate:
    """A ratio whose blocks have these values, by launch."""
    found = paired_ratio(walls(*launches), walls(*([1.0] * len(one) for one in launches)))
    assert found is not None
    return found


# Centre


def test_the_centre_over_launches_is_the_geometric_mean_of_their_medians() -> None:
    found = centre({0: [90.0, 100.0, 500.0], 1: [400.0, 400.0]})
    assert found is not None
    assert found.value == pytest.approx(200)  # sqrt(100 x 400)
    assert (found.over, found.count) == ("launches", 2)


def test_the_centre_of_one_launch_is_its_median_and_says_so() -> None:
    found = centre({3: [10.0, 12.0, 90.0]})
    assert found is not None
    assert found.value == pytest.approx(12)
    assert (found.over, found.count) == ("rounds", 3)


def test_one_round_has_a_centre_and_no_interval() -> None:
    found = centre({0: [7.0]})
    assert found is not None
    assert (found.value, found.low, found.high) == (pytest.approx(7), None, None)


@pytest.mark.parametrize("nothing", [{}, {0: []}, {0: [0.0, nan, inf, -1.0]}])
def test_nothing_timed_has_no_centre(nothing: dict[int, list[float]]) -> None:
    assert centre(nothing) is None


def test_figures_that_are_no_times_are_left_out() -> None:
    assert centre({0: [5.0, 0.0, nan], 1: [inf, 5.0]}) == centre({0: [5.0], 1: [5.0]})


@given(st.lists(WALL, min_size=2, max_size=8), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_over_launches_is_student_s(medians: list[float], confidence: float) -> None:
    found = centre({number: [wall] for number, wall in enumerate(medians)}, confidence=confidence)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    logs = np.log(medians)
    expected = oracle.t.interval(
        confidence, len(medians) - 1, loc=logs.mean(), scale=max(oracle.sem(logs), 1e-300)
    )
    assert log(found.low) == pytest.approx(expected[0], abs=1e-6)
    assert log(found.high) == pytest.approx(expected[1], abs=1e-6)


# Paired ratio


def test_the_ratio_is_paired_within_blocks_so_drift_cancels_out() -> None:
    # The machine slows down fourfold; the arm is twice as fast in every block.
    found = paired_ratio(walls([10.0, 20.0, 40.0]), walls([5.0, 10.0, 20.0]))
    assert found is not None
    assert (found.value, found.low, found.high) == (
        pytest.approx(2),
        pytest.approx(2),
        pytest.approx(2),
    )
    assert (found.over, found.count) == ("blocks", 3)


def test_repeats_within_a_block_count_by_their_median() -> None:
    found = paired_ratio({(0, 0): [30.0]}, {(0, 0): [9.0, 10.0, 99.0]})
    assert found is not None
    assert found.value == pytest.approx(3)


def test_only_common_blocks_are_paired() -> None:
    found = paired_ratio({(0, 0): [10.0], (0, 1): [99.0]}, {(0, 0): [5.0], (1, 0): [1.0]})
    assert found is not None
    assert (found.value, found.low, found.count) == (pytest.approx(2), None, 1)


@pytest.mark.parametrize("arm", [{}, {(1, 0): [5.0]}, {(0, 0): []}, {(0, 0): [nan, 0.0]}])
def test_without_a_common_block_there_is_no_ratio(arm: Walls) -> None:
    assert paired_ratio({(0, 0): [10.0]}, arm) is None


def test_each_launch_counts_once_however_many_blocks_it_had() -> None:
    # Launch means of log ratios: log 4 (nine blocks) and log 1 (one block).
    found = ratio([4.0] * 9, [1.0])
    assert found.value == pytest.approx(2)


@given(st.lists(LAUNCH, min_size=2, max_size=5))
def test_launches_are_the_units_and_blocks_the_least_width(launches: list[list[float]]) -> None:
    found = ratio(*launches)
    assert found.low is not None
    assert found.high is not None
    means = [float(np.log(launch).mean()) for launch in launches]
    outer = float(oracle.t.ppf(0.975, len(means) - 1) * oracle.sem(means))
    freedom = sum(len(launch) - 1 for launch in launches)
    inner = 0.0
    if freedom:
        squares = sum(float(((np.log(one) - np.log(one).mean()) ** 2).sum()) for one in launches)
        share = sum(1 / len(launch) for launch in launches)
        error = sqrt(squares / freedom * share) / len(launches)
        inner = float(oracle.t.ppf(0.975, freedom)) * error
    half = (log(found.high) - log(found.low)) / 2
    assert half == pytest.approx(max(outer, inner), abs=1e-6, rel=1e-6)


@given(st.lists(WALL, min_size=2, max_size=10))
def test_one_launch_is_judged_over_its_blocks(blocks: list[float]) -> None:
    found = ratio(blocks)
    assert found.low is not None
    logs = np.log(blocks)
    half = float(oracle.t.ppf(0.975, len(logs) - 1) * oracle.sem(logs))
    assert log(found.low) == pytest.approx(float(logs.mean()) - half, abs=1e-6, rel=1e-6)


@given(st.lists(LAUNCH, min_size=1, max_size=4))
def test_turning_a_ratio_round_turns_its_interval_round(launches: list[list[float]]) -> None:
    ones = walls(*([1.0] * len(launch) for launch in launches))
    there, back = paired_ratio(walls(*launches), ones), paired_ratio(ones, walls(*launches))
    assert there is not None
    assert back is not None
    assert log(there.value) == pytest.approx(-log(back.value), abs=1e-6)
    if there.low is not None and back.high is not None:
        assert log(there.low) == pytest.approx(-log(back.high), abs=1e-6)


def noisy(rng: np.random.Generator, effect: float, launches: int, blocks: int) -> Estimate | None:
    """An arm `effect` times faster; luck of launches 3 %, of rounds 5 %, drift in common."""
    baseline: Walls = {}
    arm: Walls = {}
    for launch in range(launches):
        luck = rng.normal(0, 0.03, 2)
        for block in range(blocks):
            drift, shake = rng.normal(0, 0.3), rng.normal(0, 0.05, 2)
            baseline[launch, block] = [exp(drift + luck[0] + shake[0])]
            arm[launch, block] = [exp(drift + luck[1] + shake[1]) / effect]
    return paired_ratio(baseline, arm)


@pytest.mark.parametrize("launches", [2, 3, 6])
def test_intervals_hold_the_truth_as_often_as_they_say(launches: int) -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        found = noisy(rng, 1.2, launches, 4)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1.2 <= found.high
    # 95 % of 600 is 570, give or take 5 a standard deviation; it may hold oftener, not seldomer.
    assert held >= 570 - 3 * 5.4


# Verdicts


def test_a_family_of_equal_arms_is_seldom_told_apart() -> None:
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(120):
        verdicts = judge([noisy(rng, 1.0, 3, 4) for _ in range(20)])
        wrong += any(one.word in {"faster", "slower"} for one in verdicts)
    # At most 5 % of families, 6 of 120 with a standard deviation of 2.4.
    assert wrong <= 6 + 3 * 2.4


def test_a_large_effect_is_seen_beside_many_null_rows() -> None:
    rng = np.random.default_rng(3)
    ratios = [noisy(rng, 1.0, 3, 4) for _ in range(19)]
    assert judge([noisy(rng, 20.0, 3, 4), *ratios])[0].word == "faster"


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
    assert verdict.word == word


def test_what_is_not_there_is_undecided() -> None:
    (verdict,) = judge([None])
    assert (verdict.word, verdict.detectable, verdict.more) == ("undecided", None, None)


def test_no_comparison_has_no_verdict() -> None:
    assert judge([]) == []


def test_an_undecided_verdict_says_what_it_could_have_seen() -> None:
    one = ratio([1.0, 1.5, 0.7])
    (verdict,) = judge([one])
    assert verdict.detectable is not None
    assert one.low is not None
    assert verdict.detectable == pytest.approx(one.value / one.low - 1)


def test_about_as_many_more_as_it_says_decide_it() -> None:
    # Log ratios -0.06 .. 0.14: mean 0.04, standard deviation 0.1; not yet told from 1.
    draws = [exp(0.04 + 0.1 * one) for one in (-1.0, 0.0, 1.0)]
    (verdict,) = judge([ratio(draws)])
    assert verdict.word == "undecided"
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
    blocks = [exp(distance * error + float(one)) for one in spread]
    assert judge([ratio(blocks)])[0].word == "faster"
    assert [one.word for one in judge([ratio(blocks)] * 2)] == ["undecided"] * 2
    # Beside a row that is decided at once it has the whole 5 % to itself.
    assert [one.word for one in judge([ratio([9.0, 9.0]), ratio(blocks)])] == ["faster", "faster"]


@given(st.lists(st.none() | st.lists(LAUNCH, min_size=1, max_size=3), max_size=5))
def test_every_row_gets_a_verdict(rows: list[list[list[float]] | None]) -> None:
    ratios = [None if row is None else ratio(*row) for row in rows]
    assert len(judge(ratios)) == len(rows)


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
def test_the_ideal_is_the_larger_of_the_turns_and_the_cores(  # noqa: PLR0913  a row of figures
    tasks: int, concurrency: int, waits: float, cpu: float, cores: float, expected: float
) -> None:
    found = ideal_ns(tasks=tasks, concurrency=concurrency, waits_ns=waits, cpu_ns=cpu, cores=cores)
    assert found == pytest.approx(expected)
