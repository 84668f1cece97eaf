"""What of the tables a terminal has room for: columns and widths, alike where tables belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.report import _grid, _parts, _suites, _tables
from bench.report._screen import INDENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison import Summary
    from bench.report._grid import Place
    from bench.report._tables import Column

WIDE = 100
"""From so many columns on there is room to say where the time went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of the tables this terminal has room for.

    Attributes:
        tables: the columns of each scenario, by its place.
        widths: of those that are shown, by scenario and head.
        went: the columns that say where the time went, by scenario; empty without room for them.
        hidden: what has no room, beyond columns.
    """

    tables: Mapping[Place, Sequence[Column]]
    widths: Mapping[Place, Mapping[str, int]]
    went: Mapping[Place, Sequence[Column]]
    hidden: Sequence[str]

    @property
    def shown(self) -> set[str]:
        """Heads of all that is shown, or could be said in a line."""
        heads = {head for widths in self.widths.values() for head in widths}
        return heads | ({_parts.WHERE} if self.went or self.hidden else set())

    @property
    def wanting(self) -> list[str]:
        """Heads of what a wider terminal would show."""
        heads = dict.fromkeys(column.head for table in self.tables.values() for column in table)
        return [head for head in heads if head not in {*self.shown, _grid.SPEED}] + [*self.hidden]


def laid_out(front: Summary, width: int) -> Layout:
    """Choose for the scenarios that are shown; those that are drawn alike share their scale."""
    room = width - INDENT
    tables: dict[Place, Sequence[Column]] = {}
    widths: dict[Place, Mapping[str, int]] = {}
    for beside in _suites.alike(front):
        alike = {
            _grid.place(scenario): _grid.barred(scenario, _tables.columns(scenario), beside)
            for scenario in beside
        }
        tables |= alike
        widths |= _grid.layouts(alike, room)
    went = {
        _grid.place(scenario): columns
        for scenario in front.scenarios
        if (columns := _parts.columns(scenario))
    }
    fits = width >= WIDE and all(
        _grid.whole(_grid.fitting([columns], width * 9)) <= room for columns in went.values()
    )
    return Layout(
        tables=tables,
        widths=widths,
        went=went if fits else {},
        hidden=() if fits or not went else (f"{_parts.WHERE} with every model",),
    )
