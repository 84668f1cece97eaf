"""Noise and costs in, seconds out: how long each benchmark is raced in one pair of processes.

Nearly all doubt of a ratio lies within a pair of processes, in the speed of the cores that changes
from round to round, so it is rounds that decide, while starting and warming up cost as much for a
few rounds as for many. Each benchmark is given what its own noise needs, no more; where that is
more than there is time, all are cut alike.
"""

from __future__ import annotations

from math import log, log1p
from statistics import median
from typing import TYPE_CHECKING

from waitbench.gate import run_queue
from waitbench.stats.quantiles import MAD_OF_NORMAL, MEDIAN_COST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.record import ContestantRecord

LEAST_S = 0.3
"""Opening a benchmark takes half as long: less would be spent on openings more than on rounds."""
MOST_S = 2.0
USUAL_S = 0.4
"""Of a benchmark that was not measured yet."""
LEAST_BLOCKS = 2
PAIRS = 26
"""Within so many pairs, the screen's and those of the second look, most should be decided."""
AIM = 4.5
"""Standard errors that a margin should then be wide: Student's t of 99 % with room for chance."""
FEWEST = 4
"""Fewer blocks do not tell how far they lie apart."""


def wanted_s(rows: Sequence[ContestantRecord], margin: float) -> float:
    """Return the seconds a pair that one benchmark wants, by the noise of its blocks so far.

    Args:
        rows: of base and head.
        margin: within which both are the same, as a share.
    """
    base, head = run_queue.blocks(rows)
    launches: dict[int, list[float]] = {}
    for key in base.keys() & head.keys():
        launches.setdefault(key[0], []).append(log(median(base[key]) / median(head[key])))
    middles = {launch: median(ratios) for launch, ratios in launches.items()}
    off = [abs(ratio - middles[launch]) for launch, ratios in launches.items() for ratio in ratios]
    if len(off) < FEWEST:
        return USUAL_S
    spread = MAD_OF_NORMAL * median(off) * MEDIAN_COST
    blocks = max(LEAST_BLOCKS, (spread * AIM / log1p(margin)) ** 2 / PAIRS)
    return min(MOST_S, max(LEAST_S, blocks * block_s(rows)))


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
