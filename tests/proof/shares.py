"""Counts in, shares out, each with the exact interval of Clopper and Pearson (1934)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How often something happened.

    Attributes:
        hits: how often it did.
        of: how often it could have.
        low: lower end of the interval at 95 %, from 0 to 1.
        high: upper end.
    """

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """Hits as a share of all; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def short(self) -> str:
        """Percent and interval, without the count."""
        if self.value is None:
            return "-"
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f})"

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        return f"{self.short[:-1]}; {self.hits}/{self.of})"


def share(happened: Iterable[bool | None]) -> Share:
    """Return the share of what is true; None could not be told and does not count."""
    from scipy.special import betaincinv

    outcomes = [outcome for outcome in happened if outcome is not None]
    hits, of = sum(outcomes), len(outcomes)
    tail = (1 - CONFIDENCE) / 2
    return Share(
        hits=hits,
        of=of,
        low=float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0,
        high=float(betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0,
    )
