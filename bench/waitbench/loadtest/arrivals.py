"""When requests are to be sent: planned beforehand, from a seed, whatever the server does."""

from __future__ import annotations

import random
from typing import Literal

Arrivals = Literal["constant", "poisson"]
MOST = 50_000
"""Requests of one step at most."""


def planned_ns(kind: Arrivals, rate: float, for_ns: int, seed: str) -> list[int]:
    """Plan one step.

    Args:
        kind: evenly spaced, or independent of each other (exponential gaps).
        rate: requests per second.
        for_ns: how long they keep coming.
        seed: of the gaps; the same gives the same plan.

    Returns:
        When each is due, in nanoseconds from the start, ascending; at least one.
    """
    if kind == "constant":
        count = min(MOST, max(1, round(rate * for_ns / 1e9)))
        return [round(number * 1e9 / rate) for number in range(count)]
    chance = random.Random(seed)
    due: list[int] = []
    at_s = chance.expovariate(rate)
    while at_s * 1e9 < for_ns and len(due) < MOST:
        due.append(round(at_s * 1e9))
        at_s += chance.expovariate(rate)
    return due or [0]
