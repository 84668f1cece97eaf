"""Ratios in, verdicts out: what each pair of fresh processes decides.

After each pair all benchmarks that are open are looked at, over all of their pairs, and what is
decided is not raced again. *Slower* and *faster* are called in a few of these looks (`ALARMS`),
each of which has its part of the whole error; within a look Holm's rule runs over all benchmarks
that are raced. By the union bound a gate of identical sides calls any of them slower or faster no
oftener than `CLOCK_ERROR`, and with the figures beside the clock (`figures`) than `ERROR`, whatever
the number of benchmarks and however they hang together.

*Same* is no alarm. A change of just the margin would have to be taken for none in some look:
`SAME_AT_A_LOOK` is so small that over all 61 looks from the fourth pair to the last that happens
to at most `SAME_ERROR` of such changes (`tests/bench/gate/test_decision.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log1p
from typing import TYPE_CHECKING, Literal

from waitbench.stats.estimates import chance
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.stats.estimates import Estimate

GateVerdict = Literal[
    "slower",
    "faster",
    "dearer",
    "same",
    "same code",
    "undecided",
    "new",
    "vanished",
    "base cannot run it",
    "failed",
]

ERROR = 0.01
"""Of a whole gate: how often it may call anything slower or faster that is not."""
FIGURES_ERROR = ERROR / 8
"""The part of it that figures beside the clock have in common, instructions above all."""
CLOCK_ERROR = ERROR - FIGURES_ERROR
SAME_ERROR = 0.04
"""Of each benchmark: how often a change of just the margin may be called the same in any look."""
SAME_ALONE = SAME_ERROR / 4
"""The level of *same* where one look is all there is."""
SAME_AT_A_LOOK = SAME_ERROR / 5
"""The same where there is one after every pair: each sees nearly what the one before it saw."""
FEWEST_PAIRS = 4
"""Fewer pairs decide nothing."""
MOST_PAIRS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the pairs there are.

    Attributes:
        error: this look's part of `CLOCK_ERROR`; 0 where it calls nothing slower or faster.
        same_error: its level of *same*.
    """

    error: float
    same_error: float


ALARMS = (4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64)
"""Pairs after which something may be called slower or faster: the first looks let go of what is
plain, the last ones serve a machine that is restless."""


def look_after(pairs: int) -> Look | None:
    """Return the look after so many pairs; None while they are too few."""
    if pairs < FEWEST_PAIRS:
        return None
    error = CLOCK_ERROR / len(ALARMS) if pairs in ALARMS else 0.0
    return Look(error=error, same_error=SAME_AT_A_LOOK)


def merged_look(present: int, parts: int) -> Look:
    """Return the look at all pairs of a gate that several machines raced, part by part.

    Parts choose nothing and decide nothing, so the merged verdict is a single look. Who merges as
    parts come in looks at each number of them: all looks before the last share half of each error,
    so that these, one after the other, are wrong no oftener than a gate of one machine.

    Args:
        present: parts that are here.
        parts: that there are.
    """
    share = 1.0 if parts == 1 else 0.5 if present == parts else 0.5 / (parts - 1)
    return Look(error=CLOCK_ERROR * share, same_error=SAME_ERROR * share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one look says of one benchmark.

    Attributes:
        verdict: slower, faster, same or undecided.
        more: about how many more pairs would decide it; None where it is decided or cannot be told.
    """

    verdict: GateVerdict
    more: int | None = None


def decide(
    ratios: Sequence[Estimate | None], margins: Sequence[float], look: Look
) -> list[Decision]:
    """Decide on all benchmarks that are raced.

    Args:
        ratios: how many times faster head is than base; None where a benchmark is settled already,
            which still counts as one of the family.
        margins: of each, as shares.
        look: which look this is.
    """
    chances = [suspicion(ratio) for ratio in ratios]
    decisions: dict[int, Decision] = {}
    holding = True
    for rank, place in enumerate(sorted(range(len(ratios)), key=lambda place: chances[place])):
        ratio, margin = ratios[place], margins[place]
        level = look.error / (len(ratios) - rank)
        holding = holding and chances[place] < level
        if ratio is not None and same_chance(ratio, margin) < look.same_error:
            decisions[place] = Decision(verdict="same")
        else:
            level = level or ERROR / (len(ratios) - rank)
            decisions[place] = _decision(ratio, margin, level, apart=holding)
    return [decisions[place] for place in range(len(ratios))]


def suspicion(ratio: Estimate | None) -> float:
    """Return the level at which the interval just leaves out 1: the smaller, the more suspect."""
    spreads = ratio is not None and ratio.spreads
    return chance(ratio, abs(log(ratio.value))) if ratio and spreads else 1.0


def _decision(ratio: Estimate | None, margin: float, level: float, *, apart: bool) -> Decision:
    if ratio is None or not ratio.spreads:
        return Decision(verdict="undecided")
    # Surely not equal, but by less than what matters, is no alarm: more pairs will tell.
    if apart and abs(log(ratio.value)) > log1p(margin):
        return Decision(verdict="faster" if ratio.value > 1 else "slower")
    (alone,) = judge([ratio], confidence=1 - level, margin=margin)
    return Decision(verdict="undecided", more=alone.more or None)


def same_chance(ratio: Estimate, margin: float) -> float:
    """Return the level at which the interval just lies within the margin; 1 without an interval."""
    if not ratio.spreads:
        return 1.0
    return chance(ratio, log1p(margin) - abs(log(ratio.value)))
