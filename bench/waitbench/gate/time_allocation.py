"""Costs in, seconds out: how long each benchmark is raced in one pair of processes.

Two pairs differ by the luck of their processes as well as by the noise of their rounds, and each
costs an opening: with few seconds of rounds a pair is mostly opening, with many it tells little
that the first did not. Where opening takes c seconds, and `EVEN_S` seconds of rounds leave as much
noise as the luck of two processes, a verdict comes soonest with sqrt(c EVEN_S) seconds a pair.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.record import ContestantRecord

LEAST_S, MOST_S = 0.08, 2.0
EVEN_S = 0.2
"""Of the twenty benchmarks of the gate's proof, at the median (AMD EPYC, 2 cores)."""
LEAST_BLOCKS = 2


def wanted_s(opening_s: float) -> float:
    """Return the seconds of rounds that a benchmark wants in a pair.

    Args:
        opening_s: what a pair costs it beside its rounds: opening, and its part of starting.
    """
    return min(MOST_S, max(LEAST_S, sqrt(opening_s * EVEN_S)))


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
