"""Rounds in plain Python: what a contestant's figures are made of, where a frame is too dear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd


class Rounds:
    """Some rows of a frame of rounds, asked by column.

    A frame takes as long for the dozen rounds of one contestant as for a million; with ten
    thousand contestants three quarters of a report's time went there.
    """

    __slots__ = ("_columns", "_places")

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], places: Sequence[int] | None = None
    ) -> None:
        """Take columns of one length each, and the places in them that are meant; all by default.

        Args:
            columns: cells by name; None or NaN is a cell of which nothing is known.
            places: numbers of rows, in the order in which they are to be seen.
        """
        self._columns = columns
        self._places = range(len(next(iter(columns.values()), ()))) if places is None else places

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Rounds:
        """Take all rows of a frame."""
        return cls({str(name): frame[name].tolist() for name in frame.columns})

    def __len__(self) -> int:
        return len(self._places)

    @property
    def names(self) -> Iterable[str]:
        """Of all columns, also of those in which these rounds have nothing."""
        return self._columns.keys()

    def column(self, name: str) -> list[Any]:
        """Cells of a column; none where there is no such column."""
        cells = self._columns.get(name)
        return [] if cells is None else [cells[place] for place in self._places]

    def known(self, *names: str) -> list[tuple[Any, ...]]:
        """Cells of several columns side by side, of the rounds that have something in each."""
        if not self._columns.keys() >= set(names):
            return []
        rows = zip(*(self.column(name) for name in names), strict=True)
        return [row for row in rows if all(map(present, row))]

    def where(self, *names: str, are: bool = True) -> Rounds:
        """Choose the rounds of which each of these columns is true, or none of them."""
        cells = [self._columns[name] for name in names]
        return Rounds(
            self._columns,
            [
                place
                for place in self._places
                if all(bool(column[place]) is are for column in cells)
            ],
        )

    def groups(self, *names: str) -> dict[tuple[Any, ...], Rounds]:
        """Part them by the cells of some columns, in the order in which these first appear."""
        places: dict[tuple[Any, ...], list[int]] = {}
        keys = zip(*(self.column(name) for name in names), strict=True)
        for place, key in zip(self._places, keys, strict=True):
            places.setdefault(key, []).append(place)
        return {key: Rounds(self._columns, places_) for key, places_ in places.items()}


def present(cell: object) -> bool:
    """Whether a cell holds anything: a frame marks what is missing by None or NaN."""
    return cell is not None and cell == cell  # noqa: PLR0124  only NaN differs from itself
