"""Rounds of several calls at once in, the same in units of a call alone right before and after."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import geometric_mean
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Key = TypeVar("Key")

LEAST_NS = 1.0
"""What took no time is counted as so much, since a geometric mean knows no zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one call of a round took.

    Attributes:
        each_ns: wall of the round by its calls: in nanoseconds, or in calls alone once paired.
        calm: whether other programs left the cores alone.
        undelayed_ns: the same wall without the time that workers stood ready and had no core.
        cpu_ns: CPU of a call.
    """

    each_ns: float
    calm: bool
    undelayed_ns: float = 0.0
    cpu_ns: float = 0.0


def paired(
    order: Iterable[Key], several: Callable[[Key], Round | None], alone: Callable[[], Round]
) -> Iterator[tuple[Key, Round]]:
    """Run rounds in an order, calls alone before, between and after them; yield each, paired.

    Args:
        order: who runs the next round; asked for only when the one before has been yielded.
        several: runs a round of several calls at once; None where it failed.
        alone: runs calls alone.
    """
    before = alone()
    for key in order:
        round_ = several(key)
        after = alone()
        if round_:
            yield key, _beside(round_, before, after)
        before = after


def _beside(round_: Round, before: Round, after: Round) -> Round:
    """Return a round in units of a call made alone, right before it and right after."""
    return Round(
        each_ns=round_.each_ns / geometric_mean((before.each_ns, after.each_ns)),
        undelayed_ns=round_.undelayed_ns
        / geometric_mean(max(LEAST_NS, alone.undelayed_ns) for alone in (before, after)),
        cpu_ns=round_.cpu_ns,
        calm=round_.calm and before.calm and after.calm,
    )
