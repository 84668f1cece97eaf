"""First and later calls with the same item in, out whether a function answers from memory."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench.formatting import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

REMEMBERS, SURELY = 8.0, 50.0
"""A first call that takes so many times as long as later ones with the same item did the work: as
many as the first of these where later ones are short, for a connection that each item needs is
opened by its first call, too."""
SHORT_NS = 2_000_000
QUICKER = 3.0
"""By so much, part of the work is remembered: a cache of a library, or of the system."""
LEAST_NS = 20_000
"""Shorter differences than this are those of any first call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """How first calls compare with later ones, item by item; the very first call is left out.

    Attributes:
        items: how many were compared.
        first_ns: of the first call with an item, the median over items.
        later_ns: of later ones with the same item.
        longest_ns: of the first call with any of them.
    """

    items: int = 0
    first_ns: float = 0.0
    later_ns: float = 0.0
    longest_ns: float = 0.0

    @property
    def times(self) -> float:
        """How many times as long the first call with an item takes; 1 where nothing is known."""
        if not self.items or self.first_ns - self.later_ns < LEAST_NS:
            return 1.0
        return self.first_ns / max(1.0, self.later_ns)

    @property
    def remembers(self) -> bool:
        """Whether later calls answer from memory, and do not only find something open."""
        return self.times >= (REMEMBERS if self.later_ns < SHORT_NS else SURELY)

    def sentence(self) -> str:
        """Return what was seen."""
        return (
            f"the first call with an item took {duration(self.first_ns)}, later ones with the same "
            f"item {duration(self.later_ns)} ({self.times:,.0f} times less; {self.items} items)"
        )


def compare(rounds: Sequence[Sequence[int]], items: int, queued_ns: Sequence[float] = ()) -> Memory:
    """Compare each item's first call with its later ones.

    Args:
        rounds: walls of their calls; each round begins with the first item.
        items: how many there are, used in turn.
        queued_ns: how long each round stood ready without a core: first calls may be longer than
            others for that alone, and are shortened by as large a share.
    """
    calls: dict[int, list[float]] = {}
    for place, walls_ns in enumerate(rounds):
        late = queued_ns[place] / max(1, sum(walls_ns)) if queued_ns else 0.0
        for number, wall_ns in enumerate(walls_ns):
            of_item = calls.setdefault(number % items, [])
            of_item.append(wall_ns if of_item else wall_ns * max(0.0, 1 - late))
    # The very first call imports and connects, whatever its item.
    pairs = [(walls[0], median(walls[1:])) for item, walls in calls.items() if item and walls[1:]]
    if not pairs:
        return Memory()
    ranked = sorted(pairs, key=lambda pair: pair[0] / max(1.0, pair[1]))
    first_ns, later_ns = ranked[(len(pairs) - 1) // 2]
    longest_ns = max(first_ns for first_ns, _ in pairs)
    return Memory(items=len(pairs), first_ns=first_ns, later_ns=later_ns, longest_ns=longest_ns)
