"""Tables as columns, for every format: units stand in the header, a cell is text or a figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.stats.estimates import Estimate

NOTHING = "-"
"""What stands in a cell that has nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """A figure with its interval as a cell holds them: each part a text, none of them aligned."""

    value: str
    low: str
    high: str

    def __str__(self) -> str:
        return f"{self.value} {self.interval}"

    @property
    def interval(self) -> str:
        """Both ends, `[52.6, 53.2]`."""
        return f"[{self.low}, {self.high}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        head: its name.
        unit: what its cells are in; empty for words.
        cells: a text per row, or a figure with its interval.
        rank: where there is no room, the largest goes first.
        left: whether it is set to the left, as words are.
        wraps: whether a cell may take several lines where there is little room.
    """

    head: str
    unit: str
    cells: tuple[str | Bounded, ...]
    rank: int = 0
    left: bool = False
    wraps: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Return each cell in one line."""
        return tuple(map(str, self.cells))

    def only(self, *numbers: int) -> Column:
        """Return the column with just these of its rows."""
        return replace(self, cells=tuple(self.cells[number] for number in numbers))


def number_column(
    head: str, unit: str, figures: Sequence[float | None], *, rank: int = 0, per: float = 1
) -> Column:
    """Build a column of plain figures, each divided by `per`."""
    cells = tuple(NOTHING if value is None else formatting.number(value / per) for value in figures)
    return Column(head=head, unit=unit, cells=cells, rank=rank)


def estimate_cells(
    estimates: Sequence[Estimate | None], write: Callable[[float], str], without: Sequence[str]
) -> tuple[str | Bounded, ...]:
    """Return estimates as cells, and what stands where there is none."""
    return tuple(
        instead
        if estimate is None
        else write(estimate.value)
        if estimate.low is None or estimate.high is None
        else Bounded(
            value=write(estimate.value), low=write(estimate.low), high=write(estimate.high)
        )
        for estimate, instead in zip(estimates, without, strict=True)
    )
