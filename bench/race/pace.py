"""How the time is shared out: among scenarios by what is left, among contestants evenly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCKS_AIM = 4
"""Blocks a launch should have: enough to see the spread within it."""
MOST_BLOCKS = 40
"""A machine's speed flips within tenths of a second: many short blocks pair better than few."""
MOST_REPEATS = 5
"""Rounds of a fast contestant within one block."""
COMPUTING_WEIGHT = 2.0
"""Of a heat whose tasks compute, against 1 for one whose tasks only wait."""
HEAT_MOST_S = 6.0
"""One scenario in one launch gets no more than this, however few scenarios there are."""


def fits(spent_s: float, block_s: float, share_s: float) -> bool:
    """Whether more than half of another block fits into a heat: late as often as early then."""
    return spent_s + block_s / 2 < share_s


@dataclass(slots=True)
class Purse:
    """Seconds for a whole run, handed out heat by heat; what one saves, the later ones get.

    A heat is one scenario in one launch. What computes feels every neighbour and needs more
    rounds to be sure; what waits is steady: heats have weights.

    Attributes:
        left_s: what is left, in seconds.
        weights: of the heats to come, all added up.
    """

    left_s: float
    weights: float

    def share_s(self, weight: float = 1.0) -> float:
        """Give what the next heat may take."""
        return min(HEAT_MOST_S, max(0.0, self.left_s) * weight / max(weight, self.weights))

    def spend(self, seconds: float, weight: float = 1.0) -> None:
        """Book a heat that is over."""
        self.left_s -= seconds
        self.weights -= weight


@dataclass(slots=True, kw_only=True)
class Quota:
    """One heat's time, the same for every contestant, so that a slow one eats only its own.

    Attributes:
        each_ns: what one contestant may take in nanoseconds.
        fewest: blocks in which all of them run, whatever that takes.
        expected_ns: for each contestant, what a round is expected to take.
        spent_ns: for each, what its rounds have taken so far.
    """

    each_ns: float
    fewest: int = 1
    expected_ns: dict[str, float]
    spent_ns: dict[str, float] = field(default_factory=dict)

    def field(self, block: int) -> list[str]:
        """Who runs in this block: all in the first ones, then who still has time for a round."""
        return [
            name
            for name, expected_ns in self.expected_ns.items()
            if block < self.fewest
            or (block < MOST_BLOCKS and self.spent_ns.get(name, 0) + expected_ns <= self.each_ns)
        ]

    def repeats(self, name: str) -> int:
        """How many rounds it runs in a row within a block: as many as the slowest takes for one.

        Equals take turns round by round; beside a slow one a fast one runs several. A block is no
        shorter than makes `MOST_BLOCKS` of the time and no longer than makes `BLOCKS_AIM` of it.
        """
        slowest_ns = max(self.expected_ns.values())
        slot_ns = min(max(slowest_ns, self.each_ns / MOST_BLOCKS), self.each_ns / BLOCKS_AIM)
        return max(1, min(MOST_REPEATS, int(slot_ns // max(1.0, self.expected_ns[name]))))

    def spend(self, name: str, wall_ns: float) -> None:
        """Book one round, and expect the next to be like it."""
        self.spent_ns[name] = self.spent_ns.get(name, 0) + wall_ns
        self.expected_ns[name] = wall_ns

    def drop(self, names: Iterable[str]) -> None:
        """Take out who cannot go on; the rest keep their share."""
        for name in names:
            self.expected_ns.pop(name, None)
