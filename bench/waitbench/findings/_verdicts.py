"""Estimates and answers in, what is certain of them out: an interval, yes or no, a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.findings import ClaimVerdict
    from waitbench.stats.estimates import Estimate

LIMIT = 1.10
"""`No gain` may be said when anything above 10 % is ruled out."""


def ends(low: float | None, high: float | None) -> tuple[float, float] | None:
    """Return both ends of an interval, if both are known."""
    return None if low is None or high is None else (low, high)


def with_interval(ratio: Estimate) -> str:
    """Return a ratio with its interval, where it has one: 1.89 [1.84, 1.94]."""
    return formatting.ratio(ratio.value, ratio.interval)


def span(texts: Sequence[str]) -> str:
    """Return the first and the last of some texts, once where they are alike: 7.81 to 30.7."""
    return " to ".join(dict.fromkeys((texts[0], texts[-1])))


def above(estimate: Estimate | None, limit: float) -> bool | None:
    """Return whether an estimate surely lies above `limit`, surely below, or None: it is open."""
    if estimate is None or estimate.interval is None:
        return None
    low, high = estimate.interval
    return True if low > limit else False if high < limit else None


def below(estimate: Estimate | None, limit: float) -> bool | None:
    """Return whether an estimate surely lies below `limit`, surely above, or None: it is open."""
    over = above(estimate, limit)
    return None if over is None else not over


def decide(answers: Iterable[bool | None], *, no_refutes: bool = False) -> ClaimVerdict:
    """Return the verdict on a claim of the answers to its parts, of which None is an open one.

    All that say yes support it, all that say no refute it, and both make it conditional, whatever
    is open; else it is undecided.

    Args:
        answers: one for each part of the claim, or each scenario.
        no_refutes: whether a no refutes it where the others are open rather than a yes.
    """
    states = set(answers)
    if no_refutes and False in states:
        states.discard(None)
    if {True, False} <= states:
        return "conditional"
    if states == {True}:
        return "supported"
    return "refuted" if states == {False} else "undecided"
