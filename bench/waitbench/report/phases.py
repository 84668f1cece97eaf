"""Where the time of a task went, as columns of milliseconds: what the wait was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation.columns import Column, number_column
from waitbench.results.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison

WHERE = "where the time went"
NAMES = dict(
    zip(
        PHASES,
        ("waiting", "sending", "queue", "latency", "target added", "receiving", "computing"),
        strict=True,
    )
)
"""Heads of columns, in the order of `PHASES`."""
LEAST = 0.005
"""A phase that is nowhere more than this share of the whole says nothing."""
MS = 1e6


def columns(scenario: Comparison) -> list[Column]:
    """Build a column per phase that says something, and their sum; none without a target."""
    rows = scenario.rows
    sums = [sum(row.measured.phases.values()) for row in rows]
    if not any(sums):
        return []
    spent = [[row.measured.phases.get(phase) for row in rows] for phase in PHASES]
    shown = [
        _column(_name(phase), figures)
        for phase, figures in zip(PHASES, spent, strict=True)
        if any(
            abs(figure or 0) > LEAST * whole for figure, whole in zip(figures, sums, strict=True)
        )
    ]
    names = Column(head="model", unit="", cells=tuple(row.model for row in rows), left=True)
    return [names, *shown, _column("in all", [whole or None for whole in sums])]


def line(scenario: Comparison) -> str:
    """Return where the time of the fastest went, for terminals without room for a table.

    Empty where one phase was all there was to it.
    """
    rows = [row for row in scenario.rows if row.rival and row.wall and row.measured.phases]
    if not rows:
        return ""
    row = min(rows, key=lambda row: row.wall.value if row.wall else 0.0)
    whole = sum(row.measured.phases.values())
    shares = [
        f"{_name(phase)} {formatting.number(row.measured.phases[phase] / MS)}"
        for phase in PHASES
        if abs(row.measured.phases[phase]) > LEAST * whole
    ]
    if len(shares) == 1:
        return ""
    return f"A task's {formatting.number(whole / MS)} ms with {row.model}: {', '.join(shares)}."


def _column(head: str, figures: Sequence[float | None]) -> Column:
    return number_column(head, "ms/task", figures, per=MS)


def _name(phase: str) -> str:
    return NAMES[phase]
