"""Ratios over several machines: paired within a launch, never across; machine, launch, block.

Each machine has a ratio of its own, inferred over its launches as that of a single machine is. In
common they have the mean of these on logarithms, each machine counting alike. Two machines are
just those two: the doubt is that of their launches, with the degrees of freedom of Welch 1947.
From three on they stand for machines in general, and the doubt is how far they lie apart (Student's
t over machines), never less than their launches leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from waitbench.stats import estimates, student_t
from waitbench.stats.estimates import CONFIDENCE, Estimate, Spread, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.stats.estimates import Walls

GENERAL = 3
"""Machines from which what is inferred holds for machines in general."""
DISAGREE = 0.01
"""How often machines that agree are said to differ, over all rows that are looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Whether machines agree on a ratio.

    Attributes:
        chance: of machines that agree to lie as far apart as these; 1 where it cannot be told.
        apart: the machine that lies farthest from the others, against its doubt.
    """

    chance: float
    apart: str | None = None


def paired_ratio(
    baseline: Walls, arm: Walls, *, machines: Mapping[int, str], confidence: float = CONFIDENCE
) -> Estimate | None:
    """Return how many times faster `arm` is than `baseline`, over machines where there are several.

    Args:
        baseline: walls by launch and block.
        arm: walls of the other.
        machines: of each launch; a launch that is not in it ran on a machine like all of those.
        confidence: of the interval, as a share.
    """
    each = by_machine(baseline, arm, machines=machines, confidence=confidence)
    if len(each) < GENERAL - 1:
        return estimates.paired_ratio(baseline, arm, confidence=confidence)
    ratios = [*each.values()]
    if len(each) < GENERAL and not all(_has_launches(ratio) for ratio in ratios):
        # A machine of one launch does not tell its luck from its own ratio: launches speak.
        return estimates.paired_ratio(baseline, arm, confidence=confidence)
    logs = [log(ratio.value) for ratio in ratios]
    spreads = [within] if (within := _within(ratios)) else []
    if len(each) >= GENERAL:
        between = Spread(error=stdev(logs) / sqrt(len(logs)), freedom=len(logs) - 1)
        spreads = [between, *spreads]
    middle = fmean(logs)
    half = half_width(spreads, confidence)
    return Estimate(
        value=exp(middle),
        low=exp(middle - half),
        high=exp(middle + half),
        confidence=confidence,
        over="machines" if len(each) >= GENERAL else "launches",
        count=len(each) if len(each) >= GENERAL else sum(ratio.count for ratio in ratios),
        spreads=tuple(spreads),
    )


def by_machine(
    baseline: Walls, arm: Walls, *, machines: Mapping[int, str], confidence: float = CONFIDENCE
) -> dict[str, Estimate]:
    """Return the ratio of each machine that has one, by its name."""
    names = dict.fromkeys(machines.get(launch, "") for launch, _ in baseline)
    ratios = {
        name: estimates.paired_ratio(
            _on(name, baseline, machines), _on(name, arm, machines), confidence=confidence
        )
        for name in names
    }
    return {name: ratio for name, ratio in ratios.items() if ratio}


def disagreement(ratios: Mapping[str, Estimate]) -> Disagreement:
    """Return how likely it is that machines which agree have ratios so far apart.

    Each machine is held against the mean of all others by the t of Welch 1947; the smallest of
    these chances counts as many times as there are machines (Bonferroni), so that no common spread
    is assumed. Machines of a single launch are left out: their blocks share its luck.

    Args:
        ratios: of each machine, by its name.
    """
    told = {name: ratio for name, ratio in ratios.items() if _has_launches(ratio)}
    if len(told) < GENERAL - 1:
        return Disagreement(chance=1.0)
    chances = {name: _chance(name, told) for name in told}
    apart = min(chances, key=lambda name: chances[name])
    # Of two machines each test is the other one's, too.
    tests = len(told) if len(told) >= GENERAL else 1
    return Disagreement(chance=min(1.0, tests * chances[apart]), apart=apart)


def _chance(name: str, ratios: Mapping[str, Estimate]) -> float:
    own = ratios[name]
    others = [ratio for other, ratio in ratios.items() if other != name]
    away = abs(log(own.value) - fmean(log(ratio.value) for ratio in others))
    share = 1 / len(others)
    doubts = [(_doubt(own), 1.0), *((_doubt(ratio), share) for ratio in others)]
    error, freedom = _welch([(spread.error * part, spread.freedom) for spread, part in doubts])
    return student_t.two_tails(freedom, away / error) if error else float(not away)


def _within(ratios: Sequence[Estimate]) -> Spread | None:
    """Return the doubt that the launches of each machine leave; None where some tell none."""
    if not all(ratio.spreads for ratio in ratios):
        return None
    doubts = [_doubt(ratio) for ratio in ratios]
    error, freedom = _welch([(spread.error / len(doubts), spread.freedom) for spread in doubts])
    return Spread(error=error, freedom=freedom)


def _welch(parts: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """Return the error of a sum of independent parts, and its degrees of freedom."""
    variance = sum(error**2 for error, _ in parts)
    fourth = sum(error**4 / freedom for error, freedom in parts)
    return sqrt(variance), max(1, int(variance**2 / fourth)) if fourth else 1


def _doubt(ratio: Estimate) -> Spread:
    """Return the widest source of doubt of one machine's ratio."""
    return max(
        ratio.spreads,
        key=lambda spread: student_t.quantile(spread.freedom, 1 - CONFIDENCE) * spread.error,
    )


def _has_launches(ratio: Estimate) -> bool:
    return ratio.over == "launches" and bool(ratio.spreads)


def _on(name: str, walls: Walls, machines: Mapping[int, str]) -> Walls:
    return {key: times for key, times in walls.items() if machines.get(key[0], "") == name}
