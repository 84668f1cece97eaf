"""The control in words: a model raced against itself, between whose runs there is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row


def alarm(summary: Summary) -> str:
    """Return the warning of a difference between a model and itself; empty where there is none."""
    differences = [
        f"{_race(scenario, row)} came out {_ratio(row)}"
        for scenario, row in _raced(summary)
        if row.verdict and row.verdict.verdict in {"faster", "slower"}
    ]
    if not differences:
        return ""
    return (
        "The harness saw a difference where there is none: "
        f"{formatting.listing(differences)}. Do not "
        "trust close calls in this run; measure again on a quieter machine."
    )


def line(summary: Summary) -> str:
    """Return one sentence on how the control went; empty where none was raced."""
    return " ".join(
        f"Control: {_race(scenario, row)}: {_ratio(row)}, {row.verdict.verdict}."
        if row.verdict
        else f"Control: {_race(scenario, row)} gave nothing to compare."
        for scenario, row in _raced(summary)
    )


def _raced(summary: Summary) -> list[tuple[Comparison, Row]]:
    return [
        (scenario, row)
        for scenario in summary.controls
        for row in scenario.rows
        if row.model != (scenario.baseline or scenario.rows[0].model)
    ]


def _race(scenario: Comparison, row: Row) -> str:
    return f"{row.kind} against itself ({scenario.name})"


def _ratio(row: Row) -> str:
    if row.ratio is None:
        return "no common block"
    return f"{formatting.ratio(row.ratio.value, row.ratio.interval)} times as fast"
