"""The machines of a run that several measured: what each is, its own walls, whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import machine_names
from waitbench.presentation.columns import NOTHING, Column, estimate_cells
from waitbench.report.load_tables import LoadTable
from waitbench.stats.machines import DISAGREE, GENERAL

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

HEADING = "Machines"


def tables(summary: Summary) -> list[LoadTable]:
    """Return the table of every row on every machine; nothing where one measured alone."""
    machines = _machines(summary)
    if not machines:
        return []
    lines = [
        (scenario, row, name)
        for scenario in summary.scenarios
        for row in scenario.rows
        for name in machines
        if name in row.measured.by_machine
    ]
    listed = "; ".join(machines.values())
    return [LoadTable(opening=f"{listed}.", columns=_columns(lines), aid=_aid(summary))]


def alerts(summary: Summary) -> list[str]:
    """Return whose times are shown, and how many rows machines disagree on."""
    machines = _machines(summary)
    if not machines:
        return []
    first = next(iter(machines.values()))
    apart = sum(_apart(row, summary) for scenario in summary.scenarios for row in scenario.rows)
    differ = (
        f" They disagree on {formatting.count(apart, 'row')}: see the table of machines."
        if apart
        else ""
    )
    sentence = f"{len(machines)} machines measured this: ratios are over all of them, times those"
    return [f"{sentence} of {first} alone.{differ}"]


def method(summary: Summary) -> str:
    """Return how figures of several machines became one; empty where one measured alone."""
    machines = _machines(summary)
    if not machines:
        return ""
    over = (
        "over machines, Student's t of their mean logarithms"
        if len(machines) >= GENERAL
        else "over the launches of both, with Welch's degrees of freedom"
    )
    return (
        f"{len(machines)} machines: ratios are paired within a launch and inferred {over}; no time "
        "of two machines is in one figure. Machines disagree where each held against the others "
        f"leaves a chance below {formatting.percent(DISAGREE)}, shared out over machines and rows."
    )


def _machines(summary: Summary) -> dict[str, str]:
    return machine_names.titles(summary.run.machines) if summary.run else {}


def _apart(row: Row, summary: Summary) -> bool:
    return row.disagree < DISAGREE / max(1, summary.methods.comparisons)


def _columns(lines: list[tuple[Comparison, Row, str]]) -> list[Column]:
    there = [row.measured.by_machine[name] for _, row, name in lines]
    walls = [each.wall for each in there]
    ratios = [row.by_machine.get(name) for _, row, name in lines]
    scale, unit = formatting.scale(wall.value for wall in walls if wall)
    return [
        Column(head="scenario", unit="", cells=tuple(each.name for each, _, _ in lines), left=True),
        Column(
            head="contestant", unit="", cells=tuple(row.model for _, row, _ in lines), left=True
        ),
        Column(
            head="machine",
            unit="",
            cells=tuple(name.removeprefix("machine ") for _, _, name in lines),
        ),
        Column(head="launches", unit="", cells=tuple(str(each.launches) for each in there), rank=3),
        Column(
            head="wall",
            rank=2,
            unit=f"{unit} [95 %]",
            cells=estimate_cells(
                walls, lambda wall: formatting.number(wall / scale), [NOTHING] * len(lines)
            ),
        ),
        Column(
            head="faster",
            unit="times [95 %]",
            cells=estimate_cells(ratios, formatting.times, [NOTHING] * len(lines)),
        ),
    ]


def _aid(summary: Summary) -> str:
    names = [
        f"{scenario.name}/{row.model}"
        for scenario in summary.scenarios
        for row in scenario.rows
        if _apart(row, summary)
    ]
    if not names:
        return "The machines do not disagree on any ratio."
    return f"The machines disagree on {', '.join(names)}: more than chance sets them apart."
