"""Costs and noise in, seconds out: how long each benchmark is raced in one pair of processes.

Two pairs differ by the luck of their processes as well as by the noise of their rounds, and each
costs an opening: with few seconds of rounds a pair is mostly opening, with many it tells little
that the first did not. Where a pair costs c seconds beside its rounds, luck has variance l, and t
seconds of rounds leave the variance w / t, the time until a verdict goes with (l + w / t)(c + t):
least where t = sqrt(c w / l).
"""

from __future__ import annotations

from math import log, sqrt
from statistics import median
from typing import TYPE_CHECKING

from waitbench.gate import run_queue
from waitbench.stats.quantiles import MAD_OF_NORMAL, MEDIAN_COST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.record import ContestantRecord

LEAST_S, MOST_S = 0.08, 2.0
LUCK = 0.02
"""How far processes lie apart whose rounds have no noise. Of 0.01 and 0.02 the one with which gates
drawn from recorded rounds were over sooner, above all beside a noisy neighbour."""
USUAL_S = 0.2
"""Seconds of rounds that leave as much noise as luck, of a benchmark not measured yet."""
LEAST_BLOCKS = 2
FEWEST = 4
"""Fewer blocks do not tell how far they lie apart."""


def wanted_s(rows: Sequence[ContestantRecord], opening_s: float) -> float:
    """Return the seconds of rounds that a benchmark wants in a pair.

    Args:
        rows: of base and head.
        opening_s: what a pair costs it beside its rounds: opening, and its part of starting.
    """
    return min(MOST_S, max(LEAST_S, sqrt(opening_s * even_s(rows))))


def even_s(rows: Sequence[ContestantRecord]) -> float:
    """Return the seconds of rounds that leave as much noise as luck does; 0 without noise."""
    base, head = run_queue.blocks(rows) if rows else ({}, {})
    pairs: dict[int, list[float]] = {}
    for key in base.keys() & head.keys():
        pairs.setdefault(key[0], []).append(log(median(base[key]) / median(head[key])))
    off = [abs(ratio - median(ratios)) for ratios in pairs.values() for ratio in ratios]
    if len(off) < FEWEST:
        return USUAL_S
    spread = MAD_OF_NORMAL * median(off) * MEDIAN_COST
    return (spread / LUCK) ** 2 * block_s(rows)


def block_s(rows: Sequence[ContestantRecord]) -> float:
    """Return the seconds that one block of both sides takes; 0 where none was run."""
    spent_ns = sum(round_.wall_ns for row in rows for round_ in row.rounds)
    blocks = {(round_.launch, round_.block) for row in rows for round_ in row.rounds}
    return spent_ns / 1e9 / len(blocks) if blocks else 0.0


def allocated(wanted_s: Mapping[str, float], available_s: float) -> dict[str, float]:
    """Return what each benchmark wants, or the same share of it for all, but never too little.

    Args:
        wanted_s: seconds by benchmark.
        available_s: seconds that there are for all of them.
    """
    low, high = 0.0, 1.0
    if sum(wanted_s.values()) <= available_s:
        return dict(wanted_s)
    for _ in range(30):
        share = (low + high) / 2
        low, high = (share, high) if _sum(wanted_s, share) <= available_s else (low, share)
    return {name: max(LEAST_S, low * seconds) for name, seconds in wanted_s.items()}


def _sum(wanted_s: Mapping[str, float], share: float) -> float:
    return sum(max(LEAST_S, share * seconds) for seconds in wanted_s.values())
