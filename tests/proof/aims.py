"""Figures in, aims out: what was hoped for, what was found, and whether that is sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.figures import Figures
    from tests.proof.position import Bias
    from tests.proof.shares import Share

COMPARISONS = 500
FALSE_ALARMS = 0.01
POWER = {
    ("compute", 0.05): 0.95,
    ("sleep", 0.05): 0.95,
    ("http", 0.05): 0.95,
    ("asyncio", 0.10): 0.90,
}
COVERAGE = 0.98
MISRANKED = 0.02
BIAS = 0.01
NO_RACES = "too few races to tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One aim beside what was found.

    Attributes:
        wanted: the aim in words.
        figure: what was found, in words.
        reached: whether the figure is as wanted; None where there is no figure.
        sure: whether the whole interval of the figure is on that side of the aim.
    """

    wanted: str
    figure: str
    reached: bool | None
    sure: bool

    @property
    def answer(self) -> str:
        """Whether the aim was reached, in a few words."""
        if self.reached is None:
            return NO_RACES
        word = "reached" if self.reached else "**missed**"
        return word if self.sure else f"{word}, but too few races to be sure"


def aims(figures: Figures) -> Iterator[Aim]:
    """Return every aim beside its figure."""
    yield Aim(
        wanted=f"at least {COMPARISONS} null comparisons",
        figure=str(figures.nulls),
        reached=figures.nulls >= COMPARISONS,
        sure=True,
    )
    yield _at_most(
        "suites of 20 null comparisons with a false alarm",
        figures.alarms[0].suite,
        FALSE_ALARMS,
    )
    power = {(row.kind, row.slow): row for row in figures.power}
    for (kind, slow), wanted in POWER.items():
        row = power.get((kind, slow))
        name = f"{kind} +{100 * slow:g} % called slower, in a suite of 20"
        if row is None:
            yield Aim(wanted=f"{name}: ≥ {100 * wanted:g} %", figure="-", reached=None, sure=False)
        else:
            yield _at_least(name, row.in_suite, wanted)
    for what, share in zip(("null", "slowed"), figures.coverage["all"], strict=True):
        yield _at_least(
            f"99 % intervals of {what} comparisons that hold the truth", share, COVERAGE
        )
    ours = next(iter(figures.misranked.values()))
    yield _at_most("a contestant made 5 % slower comes out as the faster one", ours, MISRANKED)
    yield _bias(next((row for row in figures.bias if row.kind == "all"), None))


def _at_most(name: str, share: Share, most: float) -> Aim:
    reached = None if share.value is None else share.value <= most
    sure = share.high <= most if reached else share.low > most
    return Aim(wanted=f"{name}: ≤ {100 * most:g} %", figure=str(share), reached=reached, sure=sure)


def _at_least(name: str, share: Share, least: float) -> Aim:
    reached = None if share.value is None else share.value >= least
    sure = share.low >= least if reached else share.high < least
    return Aim(wanted=f"{name}: ≥ {100 * least:g} %", figure=str(share), reached=reached, sure=sure)


def _bias(bias: Bias | None) -> Aim:
    wanted = f"bias between first and last place of a block: < {100 * BIAS:g} %"
    if bias is None or bias.low is None or bias.high is None:
        return Aim(wanted=wanted, figure="-", reached=None, sure=False)
    ends = abs(bias.low - 1), abs(bias.high - 1)
    reached = abs(bias.ratio - 1) < BIAS
    crosses = bias.low < 1 < bias.high
    sure = max(ends) < BIAS if reached else min(ends) >= BIAS and not crosses
    return Aim(wanted=wanted, figure=bias_text(bias), reached=reached, sure=sure)


def bias_text(bias: Bias) -> str:
    """Return a bias as percent with its interval."""
    if bias.low is None or bias.high is None:
        return f"{100 * (bias.ratio - 1):+.2f} %"
    ends = f"{100 * (bias.low - 1):+.2f} to {100 * (bias.high - 1):+.2f}"
    return f"{100 * (bias.ratio - 1):+.2f} % ({ends})"
