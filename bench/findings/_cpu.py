"""CPU per task: how many times as much of it one contestant takes as another."""

from __future__ import annotations

from math import exp, hypot, log
from typing import TYPE_CHECKING

from bench.stats import Estimate

if TYPE_CHECKING:
    from bench.row import Row


def times_the_cpu(dear: Row, cheap: Row) -> Estimate | None:
    """Return how many times the CPU of `cheap` a task takes with `dear`, if both are known.

    The two figures were estimated apart, so the half-widths of their logarithms add up as those of
    independent figures do, by their squares. What both suffered together is counted twice: the
    interval is wider than that of a paired ratio, never narrower.
    """
    dear_cpu, cheap_cpu = dear.cpu, cheap.cpu
    if dear_cpu is None or cheap_cpu is None:
        return None
    value = dear_cpu.value / cheap_cpu.value
    low = high = None
    halves = [half for each in (dear_cpu, cheap_cpu) if (half := half_log(each)) is not None]
    if len(halves) == 2:  # noqa: PLR2004  both have an interval
        low, high = value * exp(-hypot(*halves)), value * exp(hypot(*halves))
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=dear_cpu.confidence,
        over=dear_cpu.over,
        count=min(dear_cpu.count, cheap_cpu.count),
        spreads=(),
    )


def half_log(estimate: Estimate) -> float | None:
    """Return half the width of an estimate's interval, in its logarithm, if it has one."""
    if not estimate.low or not estimate.high:
        return None
    return log(estimate.high / estimate.low) / 2
