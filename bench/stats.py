"""Numbers in, numbers out: centres, paired ratios, intervals, verdicts, the ideal bound.

Walls are positive, and their noise multiplies: every interval is made on logarithms with Student's
t and turned back. A launch (a fresh process) is the unit of inference where there are two or more;
blocks of one launch share its luck of placement and memory layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, isfinite, log, log1p, sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CONFIDENCE = 0.95
MARGIN = 0.05
"""Two contestants whose ratio certainly lies within 5 % either way are called the same."""

MOST = 1000
"""Beyond so many units, `more` gives up counting."""

MEDIAN_COST = 1.2533
"""Standard error of a median of normal draws, in those of their mean: sqrt(pi / 2)."""

Over = Literal["launches", "blocks", "rounds"]
Word = Literal["faster", "slower", "same", "undecided"]
Walls = "Mapping[tuple[int, int], Sequence[float]]"


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
        spreads: what the doubt is made of; the widest rules.
    """

    value: float
    low: float | None
    high: float | None
    confidence: float
    over: Over
    count: int
    spreads: tuple[Spread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a ratio allows to be said.

    Attributes:
        word: faster, slower, same (within the margin) or undecided.
        margin: of `same`, as a share.
        detectable: the smallest difference that these rounds would have shown, as a share;
            None where there is no interval.
        more: about how many more units would decide an undecided one; None where it cannot be
            told or would be over `MOST`.
        over: which units.
    """

    word: Word
    margin: float
    detectable: float | None
    more: int | None
    over: Over


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
    baseline: Mapping[tuple[int, int], Sequence[float]],
    arm: Mapping[tuple[int, int], Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
) -> Estimate | None:
    """How many times faster `arm` is than `baseline`, from their walls by (launch, block).

    Within each block in which both have a time, the logarithm of the ratio of their medians; the
    mean per launch; over launches, Student's t (one launch: over its blocks). The spread of the
    launches' means holds that of their blocks too, but two or three launches may agree by luck:
    the interval is never narrower than the blocks alone allow. None without a common block.
    """
    pairs: dict[int, list[float]] = {}
    for key in sorted(baseline.keys() & arm.keys()):
        one, other = _logs(baseline[key]), _logs(arm[key])
        if one and other:
            pairs.setdefault(key[0], []).append(median(one) - median(other))
    groups = list(pairs.values())
    over: Over = "launches" if len(groups) > 1 else "blocks"
    return _estimate([fmean(group) for group in groups], groups, over, confidence)


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


def ideal_ns(
    *, tasks: int, concurrency: int, waits_ns: float, cpu_ns: float, cores: float
) -> float:
    """Least wall that the wait and the cores allow: max(ceil(N / C) x wait, N x cpu / cores).

    Args:
        tasks: N, tasks in a round.
        concurrency: C, how many may be under way at once.
        waits_ns: mean wait of a task in nanoseconds.
        cpu_ns: CPU a task cannot do without, in nanoseconds: where the workload computes, the least
            that any contestant of the scenario needed; 0 where it only waits.
        cores: cores that may be used.
    """
    return max(ceil(tasks / max(concurrency, 1)) * waits_ns, tasks * cpu_ns / max(cores, 1e-9))


def half_width(spreads: Iterable[Spread], confidence: float) -> float:
    """Half the interval of a logarithm at `confidence`: that of the widest source of doubt."""
    from scipy.special import stdtrit

    tail = 1 - (1 - confidence) / 2
    return max(float(stdtrit(one.freedom, tail)) * one.error for one in spreads)


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
        between = sum((one - middle) ** 2 for one in centres) / (launches - 1)
        spreads.append(Spread(error=sqrt(between / launches), freedom=launches - 1))
    freedom = sum(len(group) - 1 for group in groups)
    if freedom:
        squares = sum((one - fmean(group)) ** 2 for group in groups for one in group)
        within = sum(squares / freedom / len(group) for group in groups)
        spreads.append(Spread(error=cost * sqrt(within) / launches, freedom=freedom))
    half = half_width(spreads, confidence) if spreads else None
    return Estimate(
        value=exp(middle),
        low=None if half is None else exp(middle - half),
        high=None if half is None else exp(middle + half),
        confidence=confidence,
        over=over,
        count=count,
        spreads=tuple(spreads),
    )


def _chance(ratio: Estimate | None, margin: float) -> float:
    """Level at which the ratio is just decided; 1 where it never is."""
    if ratio is None or not ratio.spreads:
        return 1.0
    away = abs(log(ratio.value))
    return min(_tails(ratio.spreads, away), _tails(ratio.spreads, log1p(margin) - away))


def _tails(spreads: Iterable[Spread], distance: float) -> float:
    from scipy.special import stdtr

    if distance <= 0:
        return 1.0
    return max(
        2 * float(stdtr(one.freedom, -distance / one.error)) if one.error else 0.0
        for one in spreads
    )


def _verdict(ratio: Estimate | None, decided: bool, level: float, margin: float) -> Verdict:  # noqa: FBT001  private, one caller
    if ratio is None or not ratio.spreads:
        over: Over = ratio.over if ratio else "blocks"
        return Verdict(word="undecided", margin=margin, detectable=None, more=None, over=over)
    middle, half = log(ratio.value), half_width(ratio.spreads, 1 - level)
    word: Word = "undecided"
    if decided:
        same = _tails(ratio.spreads, log1p(margin) - abs(middle)) < level
        word = "same" if same else "faster" if middle > 0 else "slower"
    more = _more(ratio, level, margin) if word == "undecided" else 0
    return Verdict(word=word, margin=margin, detectable=exp(half) - 1, more=more, over=ratio.over)


def _more(ratio: Estimate, level: float, margin: float) -> int | None:
    """How many more units until the interval leaves out 1 or lies within the margin, about."""
    away = abs(log(ratio.value))
    goal = max(away, log1p(margin) - away)
    one = max(spread.error for spread in ratio.spreads) * sqrt(ratio.count)
    for count in range(ratio.count + 1, ratio.count + MOST + 1):
        spread = Spread(error=one / sqrt(count), freedom=count - 1)
        if half_width([spread], 1 - level) < goal:
            return count - ratio.count
    return None
