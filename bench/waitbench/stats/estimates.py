"""Numbers in, numbers out: centres, paired ratios, their intervals.

Walls are positive, and their noise multiplies: every interval is made on logarithms with Student's
t and turned back. A launch (a fresh process) is the unit of inference where there are two or more;
blocks of one launch share its luck of placement and memory layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from statistics import fmean, median, stdev
from typing import Literal

from waitbench.stats import student_t
from waitbench.stats.quantiles import MEDIAN_COST

CONFIDENCE = 0.95

MANY_LAUNCHES = 10
"""From here on launches that fell out of line are trimmed: there are enough left to tell."""
TRIMMED = 0.2
"""Share of the launches that is trimmed at either end."""

Over = Literal["machines", "launches", "blocks", "rounds"]
Walls = Mapping[tuple[int, int], Sequence[float]]
"""Wall times by launch and block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One source of doubt: standard error of a mean of logarithms, and its degrees of freedom."""

    error: float
    freedom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A positive figure and how sure it is.

    Attributes:
        value: the centre, in the unit of what went in.
        low: lower end of the interval; None where one unit alone gives none.
        high: upper end.
        confidence: of the interval, as a share.
        over: the units that the interval is inferred over.
        count: how many of them there were.
        spreads: what the doubt is made of, that over the units first; the widest rules.
        pooled: the first one again, steadied by the rest of the run; the narrower of the two rules,
            each at half the error, so that choosing costs nothing in honesty.
    """

    value: float
    low: float | None
    high: float | None
    confidence: float
    over: Over
    count: int
    spreads: tuple[Spread, ...]
    pooled: Spread | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the interval, where there is one."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def by_launch(walls: Walls) -> dict[int, list[float]]:
    """Return the walls of each launch, its blocks one after the other."""
    launches: dict[int, list[float]] = {}
    for (launch, _), block in walls.items():
        launches.setdefault(launch, []).extend(block)
    return launches


def centre(
    walls: Mapping[int, Sequence[float]], *, confidence: float = CONFIDENCE
) -> Estimate | None:
    """Typical wall of one contestant, from its walls by launch.

    The centre is the geometric mean of the launches' medians (one launch: its median). Zeros and
    figures that are not finite are left out; None when nothing is left.
    """
    groups = [logs for launch in walls.values() if (logs := _logs(launch))]
    over: Over = "launches" if len(groups) > 1 else "rounds"
    return _estimate(
        [median(group) for group in groups], groups, over, confidence, cost=MEDIAN_COST
    )


def paired_ratio(
    baseline: Walls,
    arm: Walls,
    *,
    confidence: float = CONFIDENCE,
) -> Estimate | None:
    """How many times faster `arm` is than `baseline`, from their walls by (launch, block).

    Within each block in which both have a time, the logarithm of the ratio of their medians; the
    mean per launch; over launches, Student's t (one launch: over its blocks). The spread of the
    launches' means holds that of their blocks too, but two or three launches may agree by luck:
    the interval is never narrower than the blocks alone allow, where there are enough of them to
    know. None without a common block.

    From `MANY_LAUNCHES` on, the median per launch, and over launches their trimmed mean: a block
    into which a change of the core's speed fell lies far off, and so does a launch in which one
    process was laid out badly in memory (one in ten was 6 to 10 % slower for all its life).
    """
    pairs: dict[int, list[float]] = {}
    for key in sorted(baseline.keys() & arm.keys()):
        ours, theirs = _logs(baseline[key]), _logs(arm[key])
        if ours and theirs:
            pairs.setdefault(key[0], []).append(median(ours) - median(theirs))
    groups = list(pairs.values())
    if len(groups) >= MANY_LAUNCHES:
        return trimmed([median(group) for group in groups], confidence)
    over: Over = "launches" if len(groups) > 1 else "blocks"
    return _estimate([fmean(group) for group in groups], groups, over, confidence)


def half_width(spreads: Sequence[Spread], confidence: float, pooled: Spread | None = None) -> float:
    """Half the interval of a logarithm at `confidence`: that of the widest source of doubt.

    Args:
        spreads: the sources, that over the units first.
        confidence: as a share.
        pooled: what may stand for the first one: the narrower rules, each at half the error.
    """

    def half(spread: Spread, error: float) -> float:
        return student_t.quantile(spread.freedom, error) * spread.error

    first, *others = spreads
    error = 1 - confidence
    units = min(half(first, error / 2), half(pooled, error / 2)) if pooled else half(first, error)
    return max(units, *(half(spread, error) for spread in others), 0.0)


def chance(estimate: Estimate, distance: float) -> float:
    """Level at which half the interval of the logarithm is just `distance`; 1 for none at all."""

    def tails(spread: Spread) -> float:
        return student_t.two_tails(spread.freedom, distance / spread.error) if spread.error else 0.0

    if distance <= 0:
        return 1.0
    first, *others = estimate.spreads
    pooled = estimate.pooled
    units = min(1.0, 2 * min(tails(first), tails(pooled))) if pooled else tails(first)
    return max(units, *map(tails, others), 0.0)


def _logs(figures: Iterable[float]) -> list[float]:
    return [log(figure) for figure in figures if isfinite(figure) and figure > 0]


def _estimate(
    centres: Sequence[float],
    groups: Sequence[Sequence[float]],
    over: Over,
    confidence: float,
    cost: float = 1.0,
) -> Estimate | None:
    if not groups:
        return None
    middle, launches = fmean(centres), len(groups)
    count = launches if launches > 1 else len(groups[0])
    spreads = []
    if launches > 1:
        between = sum((launch - middle) ** 2 for launch in centres) / (launches - 1)
        spreads.append(Spread(error=sqrt(between / launches), freedom=launches - 1))
    freedom = sum(len(group) - 1 for group in groups)
    if freedom >= max(launches - 1, 1):  # fewer know less of the spread than the launches do
        squares = sum((figure - fmean(group)) ** 2 for group in groups for figure in group)
        within = sum(squares / freedom / len(group) for group in groups)
        spreads.append(Spread(error=cost * sqrt(within) / launches, freedom=freedom))
    return with_interval(middle, tuple(spreads), over, count, confidence)


def trimmed(centres: Sequence[float], confidence: float) -> Estimate:
    """Infer over launches by their trimmed mean, after Tukey and McLaughlin 1963.

    Its error is that of the winsorised launches, divided by the share that is left; its degrees of
    freedom are those of the launches that are left.
    """
    ranked, count = sorted(centres), len(centres)
    cut = int(TRIMMED * count)
    left = ranked[cut : count - cut]
    winsorised = [min(max(figure, left[0]), left[-1]) for figure in ranked]
    error = stdev(winsorised) / ((1 - 2 * TRIMMED) * sqrt(count))
    spread = Spread(error=error, freedom=len(left) - 1)
    return with_interval(fmean(left), (spread,), "launches", count, confidence)


def with_interval(
    middle: float, spreads: tuple[Spread, ...], over: Over, count: int, confidence: float
) -> Estimate:
    """Return the estimate of a mean of logarithms with what its doubt is made of."""
    half = half_width(spreads, confidence) if spreads else None
    return Estimate(
        value=exp(middle),
        low=None if half is None else exp(middle - half),
        high=None if half is None else exp(middle + half),
        confidence=confidence,
        over=over,
        count=count,
        spreads=spreads,
    )
