"""The rows that a verdict leans on, as one table over several scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.analysis.bounds import counts
from waitbench.presentation import grid
from waitbench.presentation.columns import number_column
from waitbench.report import tables as _tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.presentation.columns import Column
    from waitbench.report.answers import Answer

MS, MB = 1e6, 1e6


def rows(answer: Answer, summary: Summary) -> list[tuple[Comparison, Row]]:
    """Find the rows by their names, and with each scenario's the one that it is compared with.

    Names of scenarios are unique only within a suite: those of the claim's own suites count, and
    others only where these have none of that name.
    """
    suites, evidence = set(answer.claim.suites), set(answer.evidence)
    own = (scenario for scenario in summary.scenarios if scenario.suite in suites)
    own_labels = {_label(scenario, row) for scenario in own for row in scenario.rows}
    pairs: list[tuple[Comparison, Row]] = []
    for scenario in summary.scenarios:
        labels = {_label(scenario, row) for row in scenario.rows} - (
            set() if scenario.suite in suites else own_labels
        )
        if wanted := labels & evidence:
            pairs += [
                (scenario, row)
                for row in scenario.rows
                if _label(scenario, row) in wanted or row.model == scenario.baseline
            ]
    return pairs


def tables(pairs: Sequence[tuple[Comparison, Row]], room: int) -> list[list[Column]]:
    """Build the columns over all rows: times and metrics side by side if there is room.

    Where there is none, the metrics come in tables of its own after that of the times: no
    figure that a verdict may turn on is left out because a terminal is narrow.
    """
    walls, metrics = times(pairs), _tables.metrics([row for _, row in pairs])
    if _fits([*walls, *metrics], room):
        return [[*walls, *metrics]]
    made = [walls]
    for column in metrics:
        wider = [*made[-1], column]
        if len(made) > 1 and _fits(wider, room):
            made[-1] = wider
        else:
            made.append([walls[0], column])
    return made


def groups(pairs: Sequence[tuple[Comparison, Row]]) -> list[tuple[Comparison, list[int]]]:
    """Return the scenarios with the numbers of their rows, in order."""
    grouped: list[tuple[Comparison, list[int]]] = []
    for number, (scenario, _) in enumerate(pairs):
        if not grouped or grouped[-1][0] is not scenario:
            grouped.append((scenario, []))
        grouped[-1][1].append(number)
    return grouped


def times(pairs: Sequence[tuple[Comparison, Row]]) -> list[Column]:
    """Build the columns of times over all rows, in the same units."""
    rows = [row for _, row in pairs]
    return [
        _tables.models(rows),
        _tables.walls(rows, MS, "ms"),
        _tables.ratios(
            rows,
            [scenario.baseline for scenario, _ in pairs],
            [counts(scenario) for scenario, _ in pairs],
        ),
        number_column("CPU", "ms/task", [row.cpu_ns for row in rows], rank=4, per=MS),
        _tables.bound_by(rows),
        number_column("memory", "MB", [row.measured.memory_bytes for row in rows], rank=7, per=MB),
    ]


def _fits(columns: Sequence[Column], room: int) -> bool:
    return grid.whole(grid.fitting([columns], 9 * room)) <= room


def _label(scenario: Comparison, row: Row) -> str:
    """Name a row as findings do."""
    return f"{scenario.name}/{row.model}"
