"""Rules that call one arm slower than another, all shown the same walls: ours and other tools'."""

from __future__ import annotations

from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from tests.proof.comparisons import CONFIDENCE
from waitbench.stats import verdicts
from waitbench.stats.moderation import launch_variance, moderated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.proof.comparisons import ArmPair
    from waitbench.stats.verdicts import Verdict

SUITE = 20
"""Comparisons in a suite."""

GATES = ("mean:5%", "min:5%", "median:5%")
"""Settings of pytest-benchmark's `--benchmark-compare-fail`."""

WELCH_ERROR = 0.05
FEWEST_ROUNDS = 2


def judged(pairs: Sequence[ArmPair]) -> list[Verdict]:
    """Return the verdicts on a family of comparisons, as `summary.summarise` makes a run's."""
    ratios = [pair.ratio for pair in pairs]
    shared = launch_variance(ratios)
    return verdicts.judge([moderated(ratio, shared) for ratio in ratios], confidence=CONFIDENCE)


def told_apart(verdict: Verdict) -> bool:
    """Check whether a verdict calls one arm faster than the other."""
    return verdict.verdict in {"faster", "slower"}


def suites(nulls: Sequence[ArmPair]) -> list[Sequence[ArmPair]]:
    """Cut null comparisons into suites in the order of time; what is left over makes none."""
    return [nulls[at : at + SUITE] for at in range(0, len(nulls) - SUITE + 1, SUITE)]


def company(pair: ArmPair, nulls: Sequence[ArmPair]) -> list[ArmPair] | None:
    """Return the rest of a suite that `pair` stands in: the next null comparisons of other races.

    Returns:
        None where there are too few of them.
    """
    others = [null for null in nulls if null.race != pair.race]
    if len(others) < SUITE - 1:
        return None
    start = sum(null.race < pair.race for null in others)
    return (others[start:] + others[:start])[: SUITE - 1]


def gate_fails(setting: str, baseline: Sequence[float], arm: Sequence[float]) -> bool:
    """Whether pytest-benchmark's own check would fail `arm`: its statistics, its comparison."""
    from pytest_benchmark import stats as its_stats
    from pytest_benchmark import utils as its_utils

    statistics: Any = its_stats.Stats
    parse: Any = its_utils.parse_compare_fail
    statistics_of_both = []
    for walls in (baseline, arm):
        of = statistics()
        for wall in walls:
            of.update(wall)
        statistics_of_both.append({"mean": of.mean, "min": of.min, "median": of.median})
    return parse(setting).fails(statistics_of_both[1], statistics_of_both[0]) is not None


def welch_differs(baseline: Sequence[float], arm: Sequence[float]) -> bool:
    """Whether Welch's t-test over all rounds, as if they were independent, tells them apart."""
    from scipy.stats import ttest_ind_from_stats

    if min(len(baseline), len(arm)) < FEWEST_ROUNDS:
        return False
    spreads = stdev(baseline), stdev(arm)
    if not any(spreads):  # scipy's answer to no spread at all is not a number
        return mean(baseline) != mean(arm)
    result = ttest_ind_from_stats(
        *(mean(baseline), spreads[0], len(baseline)),
        *(mean(arm), spreads[1], len(arm)),
        equal_var=False,
    )
    return bool(result.pvalue < WELCH_ERROR)


def rounds(walls: Mapping[tuple[int, int], Sequence[float]]) -> list[float]:
    """Return all rounds of an arm in the order of time."""
    return [wall for key in sorted(walls) for wall in walls[key]]


def session(walls: Mapping[tuple[int, int], Sequence[float]], launch: int) -> list[float]:
    """Return the rounds of one launch: what a plain benchmark session, being one process, sees."""
    return [wall for key in sorted(walls) if key[0] == launch for wall in walls[key]]


def sessions_apart(pair: ArmPair) -> tuple[list[float], list[float]]:
    """Return the baseline's first launch and the arm's last: a saved run and one made later."""
    launches = [launch for launch, _ in pair.baseline]
    return session(pair.baseline, min(launches)), session(pair.arm, max(launches))
