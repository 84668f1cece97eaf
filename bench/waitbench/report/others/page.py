"""What a report on others' figures holds, in whatever form: title, tables, words, facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.presentation.columns import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.presentation.columns import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersTable:
    """One table, whose first column has the benchmarks' names.

    Attributes:
        title: what stands over it; empty for nothing.
        columns: names first; of the others the largest rank is given up first.
        notes: sentences under it.
    """

    title: str
    columns: Sequence[Column]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole report.

    Attributes:
        title: what was measured, and by whom.
        runs: what is compared: a word for each run, and what it is; empty for one run.
        alerts: what a reader must know before the first figure.
        tables: the figures.
        notes: what was left out, what is new: heading and sentences.
        reading: what each column means: word and text.
        facts: the machine and the files: name and value.
        command: that measures the same again; empty where the file does not tell it.
        records: the same figures, plain, a record for each row.
    """

    title: str
    runs: Sequence[tuple[str, str]]
    alerts: Sequence[str]
    tables: Sequence[OthersTable]
    notes: Sequence[tuple[str, Sequence[str]]]
    reading: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    command: str
    records: Sequence[Mapping[str, Any]]


def telling(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Leave out columns that have no figure."""
    first, *rest = columns
    return (first, *(column for column in rest if set(column.texts) != {NOTHING}))
