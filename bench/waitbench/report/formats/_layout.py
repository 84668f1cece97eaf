"""What of the tables a terminal has room for: columns and widths, alike where tables belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.presentation import grid
from waitbench.presentation.terminal import INDENT
from waitbench.report import bars, phases, suites
from waitbench.report import tables as _tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.presentation.columns import Column
    from waitbench.report.bars import Place

WIDE = 100
"""From so many columns on there is room to say where the time went."""
VITAL = 5
"""Columns up to this rank are given up last: what bound a row is never silent if it can be said."""


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
        return heads | ({phases.WHERE} if self.went or self.hidden else set())

    @property
    def wanting(self) -> list[str]:
        """Heads of what a wider terminal would show."""
        heads = dict.fromkeys(column.head for table in self.tables.values() for column in table)
        return [head for head in heads if head not in {*self.shown, grid.SPEED}] + [*self.hidden]


def laid_out(front: Summary, width: int) -> Layout:
    """Choose for the scenarios that are shown; those that are drawn alike share their scale."""
    room = width - INDENT
    tables: dict[Place, Sequence[Column]] = {}
    widths: dict[Place, Mapping[str, int]] = {}
    for beside in suites.alike(front):
        alike = {
            bars.place(scenario): bars.barred(scenario, _tables.columns(scenario), beside)
            for scenario in beside
        }
        tables |= alike
        widths |= _widths(alike, room)
    went = {
        bars.place(scenario): columns
        for scenario in front.scenarios
        if (columns := phases.columns(scenario))
    }
    fits = width >= WIDE and all(
        grid.whole(grid.fitting([columns], width * 9)) <= room for columns in went.values()
    )
    return Layout(
        tables=tables,
        widths=widths,
        went=went if fits else {},
        hidden=() if fits or not went else (f"{phases.WHERE} with every model",),
    )


def _widths(tables: Mapping[Place, Sequence[Column]], room: int) -> dict[Place, dict[str, int]]:
    """Return the widths of each table's columns: alike in all, unless that costs a vital one."""
    alike = grid.fitting(list(tables.values()), room)
    every = [column for columns in tables.values() for column in columns]
    vital = {column.head for column in every if column.rank <= VITAL}
    if vital <= alike.keys():
        return dict.fromkeys(tables, alike)
    wanted = vital | alike.keys()
    return {
        name: grid.fitting([[column for column in columns if column.head in wanted]], room)
        for name, columns in tables.items()
    }
