"""Rows that the target held back: each time is a bound, of which the true one can only be less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison
    from waitbench.analysis.row import Row

SLACK = 1.1
"""Times a wall within which a least wall may lie by the noise in its CPU."""
WHY = "held back by the target"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Those of a scenario who may be faster than a row that nothing of ours held back.

    Attributes:
        ahead: rows whose very bound is less than its time, the fastest first.
        maybe: rows whose bound is more, though they might have beaten it with a faster target.
    """

    ahead: tuple[Row, ...]
    maybe: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return (*self.ahead, *self.maybe)

    @property
    def models(self) -> list[str]:
        """Their names."""
        return [row.model for row in self.rows]


def held_back(scenario: Comparison) -> list[Row]:
    """Return the rows whose time is a bound, the fastest first: no controls."""
    rows = [row for row in scenario.rows if row.held_back and not row.control]
    return sorted(rows, key=_wall_ns)


def before(scenario: Comparison, first: Row) -> HeldBack:
    """Return who was held back and may be faster than `first`, whose time counts.

    Whoever could not have been, because its own waits and CPU take longer than that, is neither.
    """
    ahead, maybe = [], []
    for row in held_back(scenario):
        if _wall_ns(row) < _wall_ns(first):
            ahead.append(row)
        elif row.floor_ns is None or row.floor_ns <= SLACK * _wall_ns(first):
            maybe.append(row)
    return HeldBack(ahead=tuple(ahead), maybe=tuple(maybe))


def at_least(row: Row, scenario: Comparison) -> str:
    """Return how fast a row was, and why no more is known: asyncio at least 2.84 times, held …."""
    return f"{speed(row, scenario)}, {WHY}"


def speed(row: Row, scenario: Comparison) -> str:
    """Return how fast a row was that was held back: asyncio at least 2.84 times."""
    if row.ratio is None or not counts(scenario):
        assert row.wall is not None
        return f"{row.model} at most {formatting.duration(row.wall.value)}"
    return f"{row.model} at least {formatting.times(row.ratio.value)} times"


def counts(scenario: Comparison) -> bool:
    """Whether the baseline has a time that counts, so that a ratio to it says something."""
    base = scenario.row(scenario.baseline) if scenario.baseline else None
    return base is not None and base.sound


def _wall_ns(row: Row) -> float:
    return row.wall.value if row.wall else 0.0
