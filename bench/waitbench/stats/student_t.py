"""Student's t in plain Python, to twelve digits: its tails and quantiles without a heavy import."""

from __future__ import annotations

from functools import lru_cache
from math import exp, isinf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

SMALLEST = 1e-300
ROUNDING = 3e-16
CLOSE = 1e-14
MOST_STEPS = 10_000
LARGE = 20
"""From here on the quotient of two gamma functions is a series: their logarithms would cancel."""

MEDIAN_SHARE = (
    0.4549364231195724,
    0.6931471805599453,
    0.7886579614584459,
    0.8391734950083306,
    0.8702920382191053,
    0.8913534379078530,
    0.9065444565030736,
    0.9180151872127242,
)
"""Median of chi-square over its mean, for 1 to 8 degrees of freedom."""


def two_tails(freedom: int, distance: float) -> float:
    """Return the chance that |t| with so many degrees of freedom is at least `distance` >= 0.

    It is the regularised incomplete beta function of f / 2 and 1 / 2 at f / (f + d^2), by its
    continued fraction (DLMF 8.17.22), which keeps its digits far out in the tails.
    """
    if not distance:
        return 1.0
    square, half = distance * distance, freedom / 2
    if isinf(square):
        return 0.0
    outside = freedom / (freedom + square)
    weight = 2 * distance * _density(freedom, distance)
    if outside < (half + 1) / (half + 2.5):
        return weight / freedom * _fraction(half, 0.5, outside)
    return 1 - weight * _fraction(0.5, half, square / (freedom + square))


@lru_cache(maxsize=4096)
def quantile(freedom: int, error: float) -> float:
    """Return the distance that |t| reaches or exceeds with the chance `error`, above 0."""
    if error >= 1:
        return 0.0
    normal = -NormalDist().inv_cdf(error / 2)
    distance = normal + normal * (normal * normal + 1) / (4 * freedom)
    # Halley's steps from there, on logarithms of distance and tails: a concave curve.
    for _ in range(MOST_STEPS):
        tails = two_tails(freedom, distance)
        off, slope = log(tails / error), -2 * distance * _density(freedom, distance) / tails
        bend = 1 - (freedom + 1) / (1 + freedom / (distance * distance)) - slope
        step = -off / (slope - off * bend / 2)
        distance *= exp(step)
        if abs(step) < CLOSE:
            break
    return distance


def _density(freedom: int, distance: float) -> float:
    half = freedom / 2
    if half < LARGE:
        quotient = lgamma(half + 0.5) - lgamma(half)
    else:
        part = 1 / (half * half)
        series = 1 / 8 - part * (1 / 192 - part * (1 / 640 - part * 17 / 14336))
        quotient = log(half) / 2 - series / half
    tail = (half + 0.5) * log1p(distance * distance / freedom)
    return exp(quotient - tail) / sqrt(pi * freedom)


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction by Lentz's method, a step for each two of its terms."""
    upper, lower = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or SMALLEST)
    value = lower
    for step in range(1, MOST_STEPS):
        last = a + 2 * step
        for term in (
            step * (b - step) * x / ((last - 1) * last),
            -(a + step) * (a + b + step) * x / (last * (last + 1)),
        ):
            lower = 1 / ((1 + term * lower) or SMALLEST)
            upper = (1 + term / upper) or SMALLEST
            value *= upper * lower
        if abs(upper * lower - 1) <= ROUNDING:
            break
    return value
