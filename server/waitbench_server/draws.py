"""Numbers in (0, 1) that depend on a seed and a number only, in every process and Python."""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15

LATENCY: Final = 1
"""Stream of the latencies."""
STATUS: Final = 2
"""Stream of the statuses, so that slow and failed requests are independent."""
FAULT: Final = 3
"""Stream of the faults."""
PIECES: Final = 4
"""Stream from which each answer in pieces has a stream of its own."""
BREAKS: Final = 5
"""Stream of what goes wrong in the middle of such an answer."""


def _mix(state: int) -> int:
    """Scramble 64 bits with the finaliser of SplitMix64 (Steele, Lea and Flood, 2014)."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)


def stream(seed: int, purpose: int) -> int:
    """Return the starting state of one stream of draws; costs little, but is worth keeping."""
    return _mix((_mix(seed & _MASK) + purpose * _GOLDEN) & _MASK)


def uniform(start: int, k: int) -> float:
    """Return draw number `k` of the stream that begins at `start`, strictly between 0 and 1."""
    return ((_mix((start + (k + 1) * _GOLDEN) & _MASK) >> 12) + 0.5) / (1 << 52)
