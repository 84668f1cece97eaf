"""Races in, bias of position out: what the last place in a block does, against the first."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING

from tests.proof.cells import ARMS
from tests.proof.comparisons import NULL_PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.proof.races import ArmTurn, Race


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """What the place in a block does to a wall: last over first, of identical arms.

    Attributes:
        kind: name of the kind of work; `all` for all of them.
        ratio: median over the blocks.
        low: lower end of its interval at 95 %; None where there are too few blocks.
        high: upper end.
        blocks: how many blocks had one arm of a pair first and the other last.
    """

    kind: str
    ratio: float
    low: float | None
    high: float | None
    blocks: int


def bias(kind: str, races: Sequence[Race]) -> Bias | None:
    """Compare the first place of a block with the last, over identical arms.

    The order is shuffled anew in every block, so blocks count as independent; the interval of
    their median is that of order statistics, which no noise of a block can widen.
    """
    from scipy.stats import binom

    logs = sorted(log_ratio for race in races for log_ratio in _last_over_first(race))
    if not logs:
        return None
    below = int(binom.ppf(0.025, len(logs), 0.5))
    has_interval = below > 0
    return Bias(
        kind=kind,
        ratio=exp(median(logs)),
        low=exp(logs[below - 1]) if has_interval else None,
        high=exp(logs[len(logs) - below]) if has_interval else None,
        blocks=len(logs),
    )


def _last_over_first(race: Race) -> list[float]:
    order: dict[tuple[int, int], list[ArmTurn]] = {}
    for turn in race.turns:
        order.setdefault((turn.launch, turn.block), []).append(turn)
    logs = []
    for turns in order.values():
        ends = [turn for turn in turns if turn.position in {0, len(ARMS) - 1}]
        first, last = min(ends, key=_position), max(ends, key=_position)
        if tuple(sorted((first.arm, last.arm))) in NULL_PAIRS:
            logs.append(log(median(last.walls_ns)) - log(median(first.walls_ns)))
    return logs


def _position(turn: ArmTurn) -> int:
    return turn.position
