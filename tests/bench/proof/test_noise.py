"""The rule on thousands of cheap races, under noise of every kind that machines make.

Counts are held against quantiles of the binomial at one in a million, and seeds are fixed: a rule
that keeps its rate cannot fail here, and one that errs half as often again as it may does.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from bench.proof import rules
from bench.proof.comparisons import CONFIDENCE, Pair
from bench.stats import paired_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

LAUNCHES, BLOCKS, ROUNDS = 8, 4, 2
COMPARISONS = 2_000
SURE = 1e-6
TRUE = 1 / 1.05

Logs = NDArray[np.float64]
SHAPE = (COMPARISONS, LAUNCHES, BLOCKS, 2, ROUNDS)
"""Comparison, launch, block, place in the block, round."""


def log_normal(rng: np.random.Generator) -> Logs:
    return rng.normal(0, 0.05, SHAPE)


def heavy_tails(rng: np.random.Generator) -> Logs:
    """Student's t of 2, which has no variance, and every tenth round up to three times as long."""
    hit = rng.random(SHAPE) < 0.1
    return 0.02 * rng.standard_t(2, SHAPE) + hit * rng.uniform(0, log(3), SHAPE)


def drift_within_a_launch(rng: np.random.Generator) -> Logs:
    """The machine slows down by up to half within a launch, from round to round."""
    turns = BLOCKS * 2 * ROUNDS
    slope = rng.uniform(-0.5, 0.5, (COMPARISONS, LAUNCHES, 1)) / turns
    return (slope * np.arange(turns)).reshape(SHAPE) + rng.normal(0, 0.01, SHAPE)


def luck_of_launches(rng: np.random.Generator) -> Logs:
    """Rounds are quiet and every process has its own speed; `duel` adds that: see there."""
    return rng.normal(0, 0.005, SHAPE)


def weather(rng: np.random.Generator) -> Logs:
    """The machine's state is AR(1) over all rounds of a race, across blocks and launches."""
    turns = LAUNCHES * BLOCKS * 2 * ROUNDS
    shocks = rng.normal(0, 0.05, (COMPARISONS, turns))
    state = np.zeros_like(shocks)
    for turn in range(1, turns):
        state[:, turn] = 0.9 * state[:, turn - 1] + shocks[:, turn]
    return state.reshape(SHAPE) + rng.normal(0, 0.02, SHAPE)


def bursts(rng: np.random.Generator) -> Logs:
    """In a third of the launches somebody else takes a core: rounds vary tenfold as much."""
    hit = rng.random((COMPARISONS, LAUNCHES, 1, 1, 1)) < 1 / 3
    return rng.normal(0, 0.01, SHAPE) * np.where(hit, 10, 1)


MODELS: dict[str, tuple[Callable[[np.random.Generator], Logs], float]] = {
    "log-normal": (log_normal, 0.0),
    "heavy tails": (heavy_tails, 0.01),
    "drift within a launch": (drift_within_a_launch, 0.01),
    "luck of launches": (luck_of_launches, 0.03),
    "weather": (weather, 0.01),
    "bursts": (bursts, 0.01),
}
"""Noise of the rounds, and the standard deviation of a process's own luck."""


def duels(model: str, true: float) -> list[Pair]:
    """Draw comparisons of two arms, the second `true` times faster, in a shuffled order."""
    noise, luck = MODELS[model]
    # Bytes, not hash(): the same draws in every process.
    rng = np.random.default_rng([*model.encode(), round(1000 * true)])
    logs = noise(rng)
    swapped = rng.random((COMPARISONS, LAUNCHES, BLOCKS)) < 0.5
    logs = np.where(swapped[..., None, None], logs[..., ::-1, :], logs)  # from places to arms
    logs = logs + rng.normal(0, luck, (COMPARISONS, LAUNCHES, 1, 2, 1))
    walls = 1e7 * np.exp(logs)
    walls[:, :, :, 1] /= true
    return [_pair(number, one, true) for number, one in enumerate(walls)]


def _pair(number: int, walls: Logs, true: float) -> Pair:
    one, other = (
        {
            (launch, block): walls[launch, block, arm].tolist()
            for launch in range(LAUNCHES)
            for block in range(BLOCKS)
        }
        for arm in (0, 1)
    )
    ratio = paired_ratio(one, other, confidence=CONFIDENCE)
    assert ratio is not None
    return Pair(
        kind="compute", slow=0.0, race=number, baseline=one, arm=other, ratio=ratio, truth=true
    )


@pytest.mark.parametrize("model", MODELS)
def test_false_alarms_keep_their_rate_alone_and_in_suites(model: str) -> None:
    nulls = duels(model, 1.0)
    alone = sum(rules.told_apart(rules.judged([pair])[0]) for pair in nulls)
    assert alone <= binom.ppf(1 - SURE, COMPARISONS, 1 - CONFIDENCE)
    suites = rules.suites(nulls)
    alarms = sum(any(map(rules.told_apart, rules.judged(suite))) for suite in suites)
    assert alarms <= binom.ppf(1 - SURE, len(suites), 1 - CONFIDENCE)


@pytest.mark.parametrize("model", MODELS)
def test_intervals_hold_the_truth_as_often_as_they_say(model: str) -> None:
    held = sum(bool(pair.held) for pair in duels(model, TRUE))
    assert held >= binom.ppf(SURE, COMPARISONS, CONFIDENCE)


@pytest.mark.parametrize("model", ["log-normal", "drift within a launch", "luck of launches"])
def test_an_arm_made_slower_is_seldom_ranked_first(model: str) -> None:
    wrong = sum(pair.ratio.value >= 1 for pair in duels(model, TRUE))
    assert wrong <= 0.02 * COMPARISONS


def test_rounds_taken_for_independent_cry_wolf_where_launches_have_luck() -> None:
    # What the rule is for: the same draws, judged over rounds, are mostly called different.
    nulls = duels("luck of launches", 1.0)[:200]
    welch = [
        rules.welch_differs(rules.session(pair.baseline, 0), rules.session(pair.arm, 0))
        for pair in nulls
    ]
    assert sum(welch) > 0.5 * len(nulls)
