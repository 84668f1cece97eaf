"""Walls by launch and block, as tests of the statistics draw them."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from waitbench.stats.estimates import paired_ratio

if TYPE_CHECKING:
    import numpy as np

    from waitbench.stats.estimates import Estimate, Walls

WALL = st.floats(1e3, 1e12)
LAUNCH = st.lists(WALL, min_size=1, max_size=6)


def walls(*launches: list[float]) -> Walls:
    """One round in each block."""
    return {
        (launch, block): [wall]
        for launch, blocks in enumerate(launches)
        for block, wall in enumerate(blocks)
    }


def ratio(*launches: list[float]) -> Estimate:
    """A ratio whose blocks have these values, by launch."""
    estimate = paired_ratio(walls(*launches), walls(*([1.0] * len(blocks) for blocks in launches)))
    assert estimate is not None
    return estimate


def noisy(rng: np.random.Generator, effect: float, launches: int, blocks: int) -> Estimate | None:
    """An arm `effect` times faster; luck of launches 3 %, of rounds 5 %, drift in common."""
    baseline: dict[tuple[int, int], list[float]] = {}
    arm: dict[tuple[int, int], list[float]] = {}
    for launch in range(launches):
        luck = rng.normal(0, 0.03, 2)
        for block in range(blocks):
            drift, shake = rng.normal(0, 0.3), rng.normal(0, 0.05, 2)
            baseline[launch, block] = [exp(drift + luck[0] + shake[0])]
            arm[launch, block] = [exp(drift + luck[1] + shake[1]) / effect]
    return paired_ratio(baseline, arm)
