"""The knee: the highest rate that is sustained, found by bracketing and repetition."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STRIDE = 4.0
"""From a rate that is sustained to the next that is tried, until one is missed."""
NEAR_STRIDE = 1.15
"""The same where it is known about where the knee lies."""
CLOSE = 1.08
"""A bracket is close enough when its ends are no further apart than this."""
AGAIN = 1
"""A miss is believed only when it happens again: one hiccup of the machine is no knee."""
FEWEST_PER_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """Where the knee lies, in requests per second.

    Attributes:
        sustained: the highest rate that was sustained; None if not even the lowest was.
        missed: the lowest one above it that was not; None if the highest allowed was sustained.
    """

    sustained: float | None
    missed: float | None

    @property
    def knee(self) -> float | None:
        """The middle of the bracket, or its one end where it is open above."""
        if self.sustained is None:
            return None
        return sqrt(self.sustained * self.missed) if self.missed else self.sustained


def search(
    sustains: Callable[[float], bool], *, first: float, most: float, stride: float = STRIDE
) -> Bracket:
    """Climb from `first` until a rate is missed (or down until one is sustained), then halve.

    Args:
        sustains: tries a rate once; whether the server kept up with it.
        first: where to begin.
        most: no higher rate is tried.
        stride: how much further the next rate is.
    """

    def surely(rate: float) -> bool:
        return any(sustains(rate) for _ in range(1 + AGAIN))

    sustained: float | None = None
    missed: float | None = None
    rate = min(first, most)
    while sustained is None or missed is None:
        if surely(rate):
            sustained = rate
            if rate >= most:
                return Bracket(sustained=sustained, missed=None)
            rate = min(rate * stride, most)
        else:
            missed = rate
            rate /= stride
            if sustained is None and rate < FEWEST_PER_S:
                return Bracket(sustained=None, missed=missed)
    while missed / sustained > CLOSE:
        rate = sqrt(sustained * missed)
        if surely(rate):
            sustained = rate
        else:
            missed = rate
    return Bracket(sustained=sustained, missed=missed)
