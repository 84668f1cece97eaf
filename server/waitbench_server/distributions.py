"""Latency distributions: their quantiles in nanoseconds, their mean, their canonical text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from waitbench_server.units import duration_text

if TYPE_CHECKING:
    from waitbench_server.mix import Mix


class Distribution(Protocol):
    """A way to spread delays; `str()` gives the text that `latency.parse` reads back."""

    @property
    def mean_ns(self) -> float:
        """Expected delay, with cuts at 0 and at the cap taken into account."""

    def quantile_ns(self, u: float) -> int:
        """Return the delay that a share `u` (0 < u < 1) of the requests does not exceed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """Every request waits the same."""

    ns: int

    @property
    def mean_ns(self) -> float:
        """The one value."""
        return float(self.ns)

    def quantile_ns(self, u: float) -> int:
        """Return the one value."""
        del u
        return self.ns

    def __str__(self) -> str:
        return duration_text(self.ns)


@dataclass(frozen=True, kw_only=True, slots=True)
class Uniform:
    """Equally likely anywhere between two bounds."""

    low_ns: int
    high_ns: int

    @property
    def mean_ns(self) -> float:
        """Middle of the bounds."""
        return (self.low_ns + self.high_ns) / 2

    def quantile_ns(self, u: float) -> int:
        """Return the point at the share `u` of the way."""
        return self.low_ns + round(u * (self.high_ns - self.low_ns))

    def __str__(self) -> str:
        return f"uniform({duration_text(self.low_ns)},{duration_text(self.high_ns)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighted:
    """A few values, each with its weight, from the shortest to the longest."""

    mix: Mix

    @property
    def mean_ns(self) -> float:
        """Weighted mean."""
        values, weights = self.mix.values, self.mix.weights
        return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)

    def quantile_ns(self, u: float) -> int:
        """Return the value on whose stretch of the weights `u` falls."""
        return self.mix.pick(u)

    def __str__(self) -> str:
        pairs = zip(self.mix.values, self.mix.weights, strict=True)
        return ",".join(f"{duration_text(value)}:{weight}" for value, weight in pairs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Empirical:
    """Delays that were measured somewhere, one value per line of a file, each equally likely."""

    path: str
    values_ns: tuple[int, ...] = field(repr=False)  # ascending

    @property
    def mean_ns(self) -> float:
        """Mean of the values."""
        return sum(self.values_ns) / len(self.values_ns)

    def quantile_ns(self, u: float) -> int:
        """Return the value at the share `u` of the sorted list."""
        return self.values_ns[min(int(u * len(self.values_ns)), len(self.values_ns) - 1)]

    def __str__(self) -> str:
        return f"file:{self.path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stalled:
    """A distribution, and a service that stands still for the end of every cycle."""

    source: Distribution
    frozen_ns: int
    every_ns: int

    @property
    def mean_ns(self) -> float:
        """Expected delay at a random moment, exact if no draw outlasts a running stretch."""
        mean = self.source.mean_ns
        return mean + (self.frozen_ns / self.every_ns) * (self.frozen_ns / 2 + mean)

    def quantile_ns(self, u: float) -> int:
        """Return the quantile of the delay without stalls, which depend on the moment."""
        return self.source.quantile_ns(u)

    def stall_ns(self, begun_ns: int, asked_ns: int) -> int:
        """Return what standing still adds to `asked_ns` of service.

        Args:
            begun_ns: when the service begins, counted from the start of the period.
            asked_ns: the delay without stalls.
        """
        running_ns = self.every_ns - self.frozen_ns
        phase_ns = begun_ns % self.every_ns
        if phase_ns < running_ns:
            return (phase_ns + asked_ns) // running_ns * self.frozen_ns
        return self.every_ns - phase_ns + asked_ns // running_ns * self.frozen_ns

    def __str__(self) -> str:
        frozen, every = duration_text(self.frozen_ns), duration_text(self.every_ns)
        return f"{self.source}, frozen {frozen} every {every}"
