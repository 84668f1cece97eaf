"""Ratios over machines: worked by hand, and by simulated runs whose truth is known."""

from math import exp, log, sqrt

import pytest
from scipy import stats as oracle

from tests.bench.draws import walls
from tests.proof.machines.simulation import cell
from waitbench.stats import estimates, machines
from waitbench.stats.estimates import Estimate, Spread


def measured(*ratios: list[float], names: dict[int, str]) -> Estimate:
    """The ratio of launches whose blocks have these values."""
    base = walls(*ratios)
    arm = walls(*([1.0] * len(blocks) for blocks in ratios))
    estimate = machines.paired_ratio(base, arm, machines=names)
    assert estimate is not None
    return estimate


def known(value: float, error: float, freedom: int) -> Estimate:
    spread = Spread(error=error, freedom=freedom)
    return Estimate(
        value=value,
        low=value * 0.9,
        high=value * 1.1,
        confidence=0.95,
        over="launches",
        count=freedom + 1,
        spreads=(spread,),
    )


def test_one_machine_is_what_it_was_before_there_were_several() -> None:
    launches = [[2.0, 2.1], [2.2, 2.0], [1.9, 2.0]]
    alone = measured(*launches, names={})
    assert alone == measured(*launches, names=dict.fromkeys(range(3), "a"))
    base, arm = walls(*launches), walls(*([1.0] * 2 for _ in launches))
    assert alone == estimates.paired_ratio(base, arm)


def test_each_of_three_machines_counts_alike_however_many_launches_it_had() -> None:
    # a: 2 in four launches, b: 4 in one, c: 8 in one: the mean of the logarithms is that of 4.
    names = {0: "a", 1: "a", 2: "a", 3: "a", 4: "b", 5: "c"}
    ratio = measured([2.0], [2.0], [2.0], [2.0], [4.0], [8.0], names=names)
    assert ratio.value == pytest.approx(4)
    assert (ratio.over, ratio.count) == ("machines", 3)
    assert ratio.low is not None
    # By hand: logarithms ln 2, ln 4, ln 8 lie ln 2 apart, so their error is ln 2 / sqrt(3).
    half = float(oracle.t.ppf(0.975, 2)) * log(2) / sqrt(3)
    assert ratio.low == pytest.approx(exp(log(4) - half))


def test_two_machines_are_just_those_two_and_their_difference_is_no_doubt() -> None:
    names = {0: "a", 1: "a", 2: "b", 3: "b"}
    ratio = measured([1.0], [1.02], [2.0], [2.02], names=names)
    assert ratio.value == pytest.approx((1.0 * 1.02 * 2.0 * 2.02) ** 0.25)
    assert (ratio.over, ratio.count) == ("launches", 4)
    assert ratio.low is not None
    assert ratio.low > 1.3  # over launches without their machines it would reach below 1


def test_three_machines_that_agree_by_luck_are_no_surer_than_their_launches() -> None:
    names = {number: "abc"[number // 2] for number in range(6)}
    ratio = measured([0.9], [1 / 0.9], [0.9], [1 / 0.9], [0.9], [1 / 0.9], names=names)
    assert ratio.low is not None
    assert ratio.low < 0.95


def test_machines_far_apart_disagree_and_the_farthest_is_named() -> None:
    told = {"a": known(1.0, 0.01, 9), "b": known(1.01, 0.01, 9), "c": known(1.9, 0.01, 9)}
    apart = machines.disagreement(told)
    assert apart.apart == "c"
    assert apart.chance < 1e-9
    told["c"] = known(1.02, 0.01, 9)
    assert machines.disagreement(told).chance > 0.1


def test_two_machines_are_held_against_each_other_by_welch_s_t() -> None:
    told = {"a": known(1.0, 0.01, 4), "b": known(1.1, 0.03, 9)}
    # By hand: error sqrt(0.01² + 0.03²), freedom (1e-4 + 9e-4)² / (1e-8 / 4 + 81e-8 / 9) = 10.8.
    away = log(1.1) / sqrt(0.001)
    assert machines.disagreement(told).chance == pytest.approx(2 * oracle.t.sf(away, 10))


def test_a_machine_of_one_launch_disagrees_with_nobody() -> None:
    names = {0: "a", 1: "b"}
    base, arm = walls([1.0, 1.01], [2.0, 2.01]), walls([1.0, 1.0], [1.0, 1.0])
    assert machines.disagreement(machines.by_machine(base, arm, machines=names)).chance == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("many", "spread"), [(1, 0.0), (2, 0.05), (3, 0.05), (8, 0.05), (30, 0.02)]
)
def test_intervals_hold_the_truth_and_raise_no_false_alarm(many: int, spread: float) -> None:
    made = cell(many, spread, runs=100)
    assert made.alarms <= 0.05  # 1 %, and what 100 runs may show of it: four standard errors
    assert made.covered >= 0.86


@pytest.mark.slow
def test_eight_machines_that_agree_see_what_one_does_not_and_say_that_they_agree() -> None:
    alone, eight = cell(1, 0.0, runs=60), cell(8, 0.0, runs=60)
    assert eight.margin < alone.margin / 2
    assert eight.disagree <= 0.05
    assert cell(8, 0.05, runs=60).disagree > 0.8
