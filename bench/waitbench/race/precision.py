"""How precise the answer already is: the stopping rules, and what the progress line shows."""

from __future__ import annotations

from itertools import pairwise
from math import log
from statistics import median
from typing import TYPE_CHECKING

from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.record import ContestantRecord

CLEAR = 0.1
"""Of its own logarithm: so narrow an interval of a ratio leaves no doubt who is faster."""
FEWEST_BLOCKS = 3
"""Fewer blocks may agree by luck."""


def baseline(rows: Sequence[ContestantRecord]) -> ContestantRecord | None:
    """Pick the row of one scenario that the others are compared with, if it is among them."""
    return next((row for row in rows if row.name == row.scenario.baseline), None)


def half_width(rows: Sequence[ContestantRecord], launch: int | None = None) -> float | None:
    """Widest half-width of the rows' ratios to the baseline, as a share (0.02 is ± 2 %).

    Args:
        rows: the contestants of one scenario. Without the baseline, the first of them stands in.
        launch: look at this launch alone; all of them by default.

    Returns:
        None while a row has no interval yet, or there are fewer than two rows to compare.
    """
    live = [row for row in rows if not row.failure]
    base = baseline(live) or (live[0] if live else None)
    widest = 0.0
    for row in live:
        if row is base or base is None:
            continue
        ratio = estimates.paired_ratio(_blocks(base, launch), _blocks(row, launch))
        if ratio is None or ratio.interval is None:
            return None
        low, high = ratio.interval
        widest = max(widest, (high / low) ** 0.5 - 1)
    return widest or None


def launch_is_precise(rows: Sequence[ContestantRecord], launch: int) -> bool:
    """Whether this launch alone has the scenario's precision: what stops its blocks early."""
    if not rows[0].scenario.precision:  # never precise enough: nothing is worked out for that
        return False
    blocks = min((len(_blocks(row, launch)) for row in rows if not row.failure), default=0)
    if blocks < FEWEST_BLOCKS:
        return False
    width = half_width(rows, launch)
    return width is not None and width <= rows[0].scenario.precision


def ranking_is_clear(rows: Sequence[ContestantRecord]) -> bool:
    """Whether more launches would change nothing, of nobody against the next faster one.

    Every two that follow each other in speed are known to the scenario's precision, or lie so far
    apart that their interval is a tenth of the way between them. It looks at widths, not at who
    wins.
    """
    if not rows[0].scenario.precision:  # never precise enough: it wants all its launches
        return False
    live = [row for row in rows if not row.failure and row.times_ns]
    ranked = sorted(live, key=lambda row: median(row.times_ns))
    for faster, slower in pairwise(ranked):
        ratio = estimates.paired_ratio(slower.blocks(), faster.blocks())
        if ratio is None or ratio.interval is None:
            return False
        low, high = ratio.interval
        half = log(high / low) / 2
        if half > max(log(1 + rows[0].scenario.precision), CLEAR * abs(log(ratio.value))):
            return False
    return len(ranked) > 1


def _blocks(row: ContestantRecord, launch: int | None) -> dict[tuple[int, int], list[float]]:
    return {key: walls for key, walls in row.blocks().items() if launch is None or key[0] == launch}
