"""Where the time of a lap goes beyond its wait: full swing, the start in a burst, idle lanes."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.record import RoundRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a lap takes beyond its wait, in nanoseconds: these three, and nothing is left over.

    C lanes take N tasks, so a lap is C x wall / N. What of it no task fills, a lane is idle.

    Attributes:
        swing_ns: what a task takes beyond its wait in the second half of a round.
        start_ns: what the mean task takes more than that: all lanes start at once, stand in each
            other's way, and stay a bunch for some laps. Below zero if the second half was slower.
        idle_ns: until a lane has its first task, between two, and after its last, when there are
            none left and others are not yet done.
    """

    swing_ns: float
    start_ns: float
    idle_ns: float

    @property
    def lap_ns(self) -> float:
        """All of it."""
        return self.swing_ns + self.start_ns + self.idle_ns


def loss(rounds: Sequence[RoundRecord], *, concurrency: int, waits_ns: float) -> Loss:
    """Take the laps of these rounds apart; the figures are means over the rounds.

    Args:
        rounds: of one cell, with the time of each task in order of its number.
        concurrency: C, how many lanes there were.
        waits_ns: L, the wait of one task.
    """
    losses = [_of_round(round_, concurrency, waits_ns) for round_ in rounds]
    return Loss(
        swing_ns=fmean(round_loss.swing_ns for round_loss in losses),
        start_ns=fmean(round_loss.start_ns for round_loss in losses),
        idle_ns=fmean(round_loss.idle_ns for round_loss in losses),
    )


def _of_round(round_: RoundRecord, concurrency: int, waits_ns: float) -> Loss:
    took_ns = round_.tasks_ns
    mean_ns, late_ns = fmean(took_ns), fmean(took_ns[len(took_ns) // 2 :])
    return Loss(
        swing_ns=late_ns - waits_ns,
        start_ns=mean_ns - late_ns,
        idle_ns=round_.wall_ns * concurrency / len(took_ns) - mean_ns,
    )
