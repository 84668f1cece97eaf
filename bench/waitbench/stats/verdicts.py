"""Ratios in, verdicts out: faster, slower, same or undecided, and what would decide it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import exp, log, log1p, sqrt
from typing import TYPE_CHECKING, Literal

from waitbench.stats.estimates import CONFIDENCE, Over, Spread, chance, half_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.stats.estimates import Estimate

MARGIN = 0.05
"""Two contestants whose ratio certainly lies within 5 % either way are called the same."""

MOST = 50
"""Beyond so many units, `more` gives up counting."""

RatioVerdict = Literal["faster", "slower", "same", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a ratio allows to be said.

    Attributes:
        verdict: faster, slower, same (within the margin) or undecided.
        margin: of `same`, as a share.
        detectable: the smallest difference that these rounds would have shown, as a share;
            None where there is no interval.
        more: about how many more units would decide an undecided one; None where it cannot be
            told or would be over `MOST`.
        over: which units.
    """

    verdict: RatioVerdict
    margin: float
    detectable: float | None
    more: int | None
    over: Over


def judge(
    ratios: Sequence[Estimate | None], *, confidence: float = CONFIDENCE, margin: float = MARGIN
) -> list[Verdict]:
    """Verdicts on all comparisons of a run, together wrong no oftener than 1 - `confidence`.

    A ratio is decided at the level at which its interval leaves out 1 or lies within the margin;
    only one of the two can be false, so that level is a p-value of a false statement, and Holm's
    step-down rule over the rows keeps the rate of the family.
    """
    chances = [_chance(ratio, margin) for ratio in ratios]
    verdicts: dict[int, Verdict] = {}
    holding = True
    for rank, row in enumerate(sorted(range(len(ratios)), key=lambda row: chances[row])):
        level = (1 - confidence) / (len(ratios) - rank)
        holding = holding and chances[row] < level
        verdicts[row] = _verdict(ratios[row], holding, level, margin)
    return [verdicts[row] for row in range(len(ratios))]


MOST_LOG = 700.0
"""Two launches that differ can leave an interval wider than a number can say."""


def _chance(ratio: Estimate | None, margin: float) -> float:
    """Level at which the ratio is just decided; 1 where it never is."""
    if ratio is None or not ratio.spreads:
        return 1.0
    away = abs(log(ratio.value))
    return min(chance(ratio, away), chance(ratio, log1p(margin) - away))


def _verdict(ratio: Estimate | None, decided: bool, level: float, margin: float) -> Verdict:  # noqa: FBT001  private, one caller
    if ratio is None or not ratio.spreads:
        over: Over = ratio.over if ratio else "blocks"
        return Verdict(verdict="undecided", margin=margin, detectable=None, more=None, over=over)
    middle, half = log(ratio.value), half_width(ratio.spreads, 1 - level, ratio.pooled)
    verdict: RatioVerdict = "undecided"
    if decided:
        same = chance(ratio, log1p(margin) - abs(middle)) < level
        verdict = "same" if same else "faster" if middle > 0 else "slower"
    more = _more(ratio, level, margin) if verdict == "undecided" else 0
    return Verdict(
        verdict=verdict, margin=margin, detectable=_grown(half), more=more, over=ratio.over
    )


def _grown(half: float) -> float | None:
    """Return the difference that half an interval of logarithms spans; None beyond any figure."""
    return exp(half) - 1 if half < MOST_LOG else None


def _more(ratio: Estimate, level: float, margin: float) -> int | None:
    """How many more units until the interval leaves out 1 or lies within the margin, about."""
    away = abs(log(ratio.value))
    goal = max(away, log1p(margin) - away)
    # The more there are, the surer it gets: what decides it is found by halving.
    fewest = bisect_left(
        range(1, MOST + 1), x=True, key=lambda more: chance(_longer(ratio, more), goal) < level
    )
    return fewest + 1 if fewest < MOST else None


def _longer(ratio: Estimate, more: int) -> Estimate:
    """Imagine the same spread over `more` further units."""
    share = sqrt(ratio.count / (ratio.count + more))

    def narrowed(spread: Spread) -> Spread:
        return Spread(error=spread.error * share, freedom=spread.freedom + more)

    return replace(
        ratio,
        count=ratio.count + more,
        spreads=tuple(map(narrowed, ratio.spreads)),
        pooled=narrowed(ratio.pooled) if ratio.pooled else None,
    )
