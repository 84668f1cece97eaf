"""The distributions of probability theory, each cut at a cap so that no draw lasts for ever."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from waitbench_server.units import MAXIMUM_NS, duration_text

_STANDARD: Final = NormalDist()
_Z99: Final = _STANDARD.inv_cdf(0.99)


def _cap_text(cap_ns: int) -> str:
    return "" if cap_ns == MAXIMUM_NS else f",cap={duration_text(cap_ns)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Normal:
    """A bell around a centre; what would fall below 0 is 0, and no draw exceeds the cap."""

    centre_ns: int
    deviation_ns: int
    cap_ns: int = MAXIMUM_NS

    @property
    def mean_ns(self) -> float:
        """Mean of the clamped bell: each cut adds its own share."""
        if self.deviation_ns == 0:
            return float(min(self.centre_ns, self.cap_ns))
        low, high = (
            (cut - self.centre_ns) / self.deviation_ns for cut in (0, self.cap_ns)
        )  # both cuts in deviations from the centre
        inside = _STANDARD.cdf(high) - _STANDARD.cdf(low)
        pull = _STANDARD.pdf(low) - _STANDARD.pdf(high)
        above = self.cap_ns * _STANDARD.cdf(-high)
        return self.centre_ns * inside + self.deviation_ns * pull + above

    def quantile_ns(self, u: float) -> int:
        """Return the bell's quantile, clamped to 0 and the cap."""
        exact = self.centre_ns + self.deviation_ns * _STANDARD.inv_cdf(u)
        return min(max(round(exact), 0), self.cap_ns)

    def __str__(self) -> str:
        centre, deviation = duration_text(self.centre_ns), duration_text(self.deviation_ns)
        return f"normal({centre},{deviation}{_cap_text(self.cap_ns)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Exponential:
    """Waits without memory, as between independent events; cut at the cap."""

    scale_ns: int
    cap_ns: int = MAXIMUM_NS

    @property
    def mean_ns(self) -> float:
        """Mean after the cut, a little below the scale."""
        return -self.scale_ns * math.expm1(-self.cap_ns / self.scale_ns)

    def quantile_ns(self, u: float) -> int:
        """Invert 1 - exp(-x / scale)."""
        return min(round(-self.scale_ns * math.log1p(-u)), self.cap_ns)

    def __str__(self) -> str:
        return f"exponential({duration_text(self.scale_ns)}{_cap_text(self.cap_ns)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lognormal:
    """The usual shape of service times, given by its median and its 99th percentile."""

    p50_ns: int
    p99_ns: int
    cap_ns: int = MAXIMUM_NS

    @property
    def _sigma(self) -> float:
        return math.log(self.p99_ns / self.p50_ns) / _Z99

    @property
    def mean_ns(self) -> float:
        """Mean after the cut: the partial expectation below the cap, and the cap above."""
        sigma = self._sigma
        if sigma == 0:
            return float(min(self.p50_ns, self.cap_ns))
        cut = math.log(self.cap_ns / self.p50_ns) / sigma
        below = self.p50_ns * math.exp(sigma * sigma / 2) * _STANDARD.cdf(cut - sigma)
        return below + self.cap_ns * _STANDARD.cdf(-cut)

    def quantile_ns(self, u: float) -> int:
        """Return the median times exp(sigma z), cut at the cap."""
        power = self._sigma * _STANDARD.inv_cdf(u)
        if power > math.log(self.cap_ns / self.p50_ns):  # also keeps exp() from overflowing
            return self.cap_ns
        return min(round(self.p50_ns * math.exp(power)), self.cap_ns)

    def __str__(self) -> str:
        p50, p99 = duration_text(self.p50_ns), duration_text(self.p99_ns)
        return f"lognormal(p50={p50},p99={p99}{_cap_text(self.cap_ns)})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pareto:
    """A heavy tail: the share above x falls as (scale / x) to the power alpha; cut at the cap."""

    scale_ns: int
    alpha: float
    cap_ns: int = MAXIMUM_NS

    @property
    def mean_ns(self) -> float:
        """Mean after the cut, which also exists where alpha is 1 or less."""
        span = math.log(self.cap_ns / self.scale_ns)
        tail = self.alpha - 1
        # (1 - exp(-tail span)) / tail, and its limit where alpha is 1
        grown = span if tail == 0 else -math.expm1(-tail * span) / tail
        return self.scale_ns * (1 + grown)

    def quantile_ns(self, u: float) -> int:
        """Invert 1 - (scale / x) ** alpha."""
        power = -math.log1p(-u) / self.alpha
        if power > math.log(self.cap_ns / self.scale_ns):
            return self.cap_ns
        return min(round(self.scale_ns * math.exp(power)), self.cap_ns)

    def __str__(self) -> str:
        scale = duration_text(self.scale_ns)
        return f"pareto(scale={scale},alpha={self.alpha!r}{_cap_text(self.cap_ns)})"
