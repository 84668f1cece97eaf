"""CPU per task: how many times as much of it one contestant takes as another."""

from __future__ import annotations

from dataclasses import replace
from math import exp, hypot, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate


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
    if dear_cpu.low and dear_cpu.high and cheap_cpu.low and cheap_cpu.high:
        half = hypot(log(dear_cpu.high / dear_cpu.low), log(cheap_cpu.high / cheap_cpu.low)) / 2
        low, high = value * exp(-half), value * exp(half)
    count = min(dear_cpu.count, cheap_cpu.count)
    return replace(dear_cpu, value=value, low=low, high=high, count=count, spreads=(), pooled=None)
