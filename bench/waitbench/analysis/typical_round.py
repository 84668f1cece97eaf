"""What one round looked like from inside, and how long tasks took: for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from waitbench.results.spans import decode_spans
from waitbench.scenario import BenchError
from waitbench.stats.quantiles import rank_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.record import RoundRecord

MOST = 256
"""Tasks in a round up to which one can still be drawn, each for itself."""
SHARES = (*(share / 100 for share in range(1, 100)), 0.995, 0.999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """The timed round whose wall is the median.

    Attributes:
        wall_ns: of the round in nanoseconds.
        starts_ns: when each task started, from the start of the round.
        durations_ns: how long each took, in the same order, that of their numbers.
    """

    wall_ns: int
    starts_ns: tuple[int, ...]
    durations_ns: tuple[int, ...]


def typical(timed: Sequence[RoundRecord], whose: str) -> Typical | None:
    """Choose the round that stands for the others; None without one, or of too many tasks.

    Raises:
        BenchError: its spans are damaged; says `whose`.
    """
    if not timed:
        return None
    drawn = sorted(timed, key=lambda each: each.wall_ns)[(len(timed) - 1) // 2]
    try:
        starts, durations = decode_spans(drawn.spans)
    except (TypeError, ValueError) as error:
        raise BenchError(f"{whose}: damaged spans ({error})") from None
    if not 0 < len(starts) <= MOST:
        return None
    return Typical(wall_ns=drawn.wall_ns, starts_ns=tuple(starts), durations_ns=tuple(durations))


def quantiles(ordered: Sequence[int]) -> tuple[tuple[float, int], ...]:
    """Return how long tasks took: pairs of a share and the wall that no more than it undercut.

    By nearest rank, so each is a wall that some task really took; only shares that so many tasks
    can tell apart.

    Args:
        ordered: walls of all tasks in nanoseconds, the shortest first.
    """
    if not ordered:
        return ()
    return tuple((share, ordered[rank]) for rank, share in _ranks(len(ordered)))


@lru_cache
def _ranks(count: int) -> tuple[tuple[int, float], ...]:
    """Return the places that stand for a share, each with the largest such share."""
    return tuple(sorted({rank_of(count, share): share for share in SHARES}.items()))
