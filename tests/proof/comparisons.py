"""Races in, comparisons out: pairs of arms with their ratio, and the ratio that is true."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING

from tests.proof.cells import KINDS, NULL
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.proof.races import Race
    from waitbench.stats.estimates import Estimate

CONFIDENCE = 0.99
"""Of every interval, and of a whole suite of verdicts."""

NULL_PAIRS = (0, 1), (2, 3)
SLOWED_PAIRS = (0, 2), (1, 3)
"""No process is in two pairs of a row, so that comparisons of one table are independent."""

FEWEST_OTHERS = 10
"""Fewer other races know the truth too badly to hold an interval against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPair:
    """Two arms of one race, compared as `waitbench` compares them.

    Attributes:
        kind: name of the kind of work.
        slow: the slow-down asked for, as a share; 0 for two identical arms.
        race: number of the race.
        baseline: walls of the first arm in nanoseconds, by launch and block.
        arm: walls of the other.
        ratio: how many times faster the other is, with its interval.
        truth: what that ratio truly is; None where it is not known well enough.
    """

    kind: str
    slow: float
    race: int
    baseline: Mapping[tuple[int, int], Sequence[float]]
    arm: Mapping[tuple[int, int], Sequence[float]]
    ratio: Estimate
    truth: float | None

    @property
    def held(self) -> bool | None:
        """Whether the interval holds the truth; None where there is no interval or no truth."""
        low, high = self.ratio.low, self.ratio.high
        if low is None or high is None or self.truth is None:
            return None
        return low <= self.truth <= high


def null_pairs(races: Iterable[Race]) -> list[ArmPair]:
    """Compare arms that are the same thing, in the order of the races."""
    return [
        pair
        for race in races
        for number, places in enumerate(NULL_PAIRS)
        if (pair := _pair(race, *places, slow=race.slow if number else NULL, truth=1.0))
    ]


def slowed_pairs(races: Sequence[Race]) -> list[ArmPair]:
    """Compare plain arms with those that were made slower on purpose."""
    slowed = [race for race in races if race.slow]
    drawn = {race.number: _draws(race) for race in slowed}
    pairs = []
    for race in slowed:
        others = [
            draw
            for other in slowed
            if (other.kind, other.slow) == (race.kind, race.slow) and other is not race
            for draw in drawn[other.number]
        ]
        truth = true_ratio(race, others)
        for places in SLOWED_PAIRS:
            pair = _pair(race, *places, slow=race.slow, truth=truth)
            if pair:
                pairs.append(pair)
    return pairs


def true_ratio(race: Race, others: Sequence[float]) -> float | None:
    """Return how many times faster a slowed arm of this race truly is: a figure below 1.

    Args:
        race: the race. Work that scales has its ratio from the amounts; where waiting was added,
            the plain arms' own typical wall says what share of it that is.
        others: logarithms of the ratios that the other races of this cell found.
    """
    truth = KINDS[race.kind].truth
    if truth == "proportional":
        return 1 / (1 + race.slow)
    if truth == "additive":
        plain_ns = [wall for arm in NULL_PAIRS[0] for wall in _launch_medians(race, arm)]
        return exp(-median(log(1 + race.extra_ns / wall) for wall in plain_ns))
    return exp(median(others)) if len(others) >= FEWEST_OTHERS else None


def _launch_medians(race: Race, arm: int) -> list[float]:
    return [median(walls) for walls in estimates.by_launch(race.walls(arm)).values()]


def _draws(race: Race) -> list[float]:
    pairs = [_pair(race, *places, slow=race.slow, truth=None) for places in SLOWED_PAIRS]
    return [log(pair.ratio.value) for pair in pairs if pair]


def _pair(
    race: Race, baseline: int, arm: int, *, slow: float, truth: float | None
) -> ArmPair | None:
    baseline_ns, arm_ns = race.walls(baseline), race.walls(arm)
    ratio = estimates.paired_ratio(baseline_ns, arm_ns, confidence=CONFIDENCE)
    if ratio is None:
        return None
    return ArmPair(
        kind=race.kind,
        slow=slow,
        race=race.number,
        baseline=baseline_ns,
        arm=arm_ns,
        ratio=ratio,
        truth=truth,
    )
