"""Ratios in, verdicts out: what the screen clears, and what the new pairs decide.

Two stages keep the rate of false alarms. The screen only chooses: what it says is never a verdict
of *slower*. What it does not clear is raced again over new pairs of processes, and these alone
raise an alarm, in looks at growing numbers of pairs. Each look has its part of the whole error
(`LOOKS`), and within a look Holm's rule runs over all benchmarks that the screen let through: by
the union bound a gate of identical sides calls any of them slower or faster no oftener than
`CLOCK_ERROR`, and with the figures beside the clock (`figures`) than `ERROR`, whatever the number
of benchmarks and however they hang together.

*Same* is no alarm, and nothing is chosen by it but who need not be raced on: it may lean on all
pairs, the screen's too. Its error, that of a change of just the margin, is `SAME_ERROR` for each
benchmark over all looks together, the screen being the first.
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
SAME_AT_SCREEN = SAME_ERROR / 4
SCREEN_PAIRS = 10
"""From ten launches on badly laid out processes are trimmed away: see
`bench/waitbench/stats/estimates.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the new pairs.

    Attributes:
        pairs: how many there are by then, all looks together.
        error: this look's part of `CLOCK_ERROR`.
        same_error: its part of `SAME_ERROR`.
    """

    pairs: int
    error: float
    same_error: float


LOOKS = (
    Look(pairs=8, error=CLOCK_ERROR / 8, same_error=SAME_ERROR / 8),
    Look(pairs=16, error=3 * CLOCK_ERROR / 8, same_error=SAME_ERROR / 4),
    Look(pairs=24, error=CLOCK_ERROR / 8, same_error=SAME_ERROR / 8),
    Look(pairs=32, error=CLOCK_ERROR / 8, same_error=SAME_ERROR / 8),
    Look(pairs=48, error=CLOCK_ERROR / 8, same_error=SAME_ERROR / 16),
    Look(pairs=64, error=CLOCK_ERROR / 8, same_error=SAME_ERROR / 16),
)
"""At 16 new pairs most is decided; the first look lets go of what is plain, the last ones serve a
machine that is restless."""


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
    return Look(pairs=0, error=CLOCK_ERROR * share, same_error=SAME_ERROR * share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one look says of one benchmark.

    Attributes:
        verdict: slower, faster, same or undecided.
        more: about how many more pairs would decide it; None where it is decided or cannot be told.
    """

    verdict: GateVerdict
    more: int | None = None


def cleared(ratio: Estimate | None, margin: float) -> bool:
    """Whether the screen alone shows that two sides lie within the margin."""
    return ratio is not None and same_chance(ratio, margin) < SAME_AT_SCREEN


def decide(
    ratios: Sequence[Estimate | None],
    margins: Sequence[float],
    look: Look,
    whole: Sequence[Estimate | None] | None = None,
) -> list[Decision]:
    """Decide on all benchmarks that the screen let through.

    Args:
        ratios: how many times faster head is than base, over the new pairs alone; None where a
            benchmark is settled already, which still counts as one of the family.
        margins: of each, as shares.
        look: which look this is.
        whole: the ratios over all pairs, the screen's too; the new pairs' by default.
    """
    chances = [suspicion(ratio) for ratio in ratios]
    decisions: dict[int, Decision] = {}
    holding = True
    for rank, place in enumerate(sorted(range(len(ratios)), key=lambda place: chances[place])):
        level = look.error / (len(ratios) - rank)
        holding = holding and chances[place] < level
        overall = (whole or ratios)[place]
        if overall is not None and same_chance(overall, margins[place]) < look.same_error:
            decisions[place] = Decision(verdict="same")
        else:
            decisions[place] = _decision(ratios[place], margins[place], level, apart=holding)
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
