"""What one round looked like from inside, and how long tasks took: for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.results.spans import decode_spans
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.rounds import Rounds

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


def typical(timed: Rounds, whose: str) -> Typical | None:
    """Choose the round that stands for the others; None without one, or of too many tasks.

    Raises:
        BenchError: its spans are damaged; says `whose`.
    """
    drawn = sorted(timed.known("wall_ns", "spans"), key=lambda row: int(row[0]))
    if not drawn:
        return None
    wall_ns, packed = drawn[(len(drawn) - 1) // 2]
    try:
        starts, durations = decode_spans(packed)
    except (TypeError, ValueError) as error:
        raise BenchError(f"{whose}: damaged spans ({error})") from None
    if not 0 < len(starts) <= MOST:
        return None
    return Typical(wall_ns=int(wall_ns), starts_ns=tuple(starts), durations_ns=tuple(durations))


def quantiles(ordered: Sequence[int]) -> tuple[tuple[float, int], ...]:
    """Return how long tasks took: pairs of a share and the wall that no more than it undercut.

    By nearest rank, so each is a wall that some task really took; only shares that so many tasks
    can tell apart.

    Args:
        ordered: walls of all tasks in nanoseconds, the shortest first.
    """
    many = len(ordered)
    ranks = {max(0, -(-int(many * share * 1000) // 1000) - 1): share for share in SHARES}
    return tuple((share, ordered[rank]) for rank, share in sorted(ranks.items())) if many else ()
