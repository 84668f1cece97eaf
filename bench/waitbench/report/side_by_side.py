"""Several runs beside each other: ratios to each run's own baseline, never absolute times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from waitbench import formatting
from waitbench.analysis.bounds import counts, held_back
from waitbench.presentation import grid, terminal
from waitbench.presentation import markdown as _markup
from waitbench.presentation.columns import NOTHING, Column, estimate_cells
from waitbench.report import methods

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.analysis.comparison import Summary
    from waitbench.stats.estimates import Estimate

TITLE = "Side by side"
NOTE = (
    "Times faster than the baseline of the same run and scenario, [95 %]. Absolute times of "
    'different machines or days do not compare, so there are none here. "apart" marks rows whose '
    "intervals do not overlap in at least two runs; with many rows some do so by chance."
)
Key = tuple[str, str, str]


def columns(runs: Sequence[Summary], *, intervals: bool = True) -> list[Column]:
    """Build a row for each contestant that has a ratio in two runs or more; a column per run.

    Where there is little room, `intervals` stay out: a run without its column would be worse.
    """
    by_run = [_ratios(run) for run in runs]
    least = [_least(run) for run in runs]
    seen = [{**ratios, **bounds} for ratios, bounds in zip(by_run, least, strict=True)]
    every = dict.fromkeys(key for keys in seen for key in keys)
    shared = [key for key in every if sum(key in keys for keys in seen) > 1]
    built = [
        Column(
            head="scenario/model",
            unit="",
            cells=tuple(f"{scenario}/{model}" for _, scenario, model in shared),
            left=True,
        )
    ]
    for number, (ratios, bounds) in enumerate(zip(by_run, least, strict=True), 1):
        estimates = [ratios.get(key) for key in shared]
        if not intervals:
            estimates = [
                estimate and replace(estimate, low=None, high=None) for estimate in estimates
            ]
        instead = [bounds.get(key, NOTHING) for key in shared]
        cells = estimate_cells(estimates, formatting.times, instead)
        built.append(Column(head=f"run {number}", unit="times", cells=cells, rank=number))
    apart = tuple(
        "apart" if _apart([ratios[key] for ratios in by_run if key in ratios]) else NOTHING
        for key in shared
    )
    return [*built, Column(head="differs", unit="", cells=apart, rank=1, left=True)]


def legend(runs: Sequence[Summary]) -> list[str]:
    """Return a line for each run that says what it is."""
    return [
        f"run {number}: {methods.citation(run)}".rstrip(".") for number, run in enumerate(runs, 1)
    ]


def markdown(runs: Sequence[Summary]) -> str:
    """Write the comparison as a page of its own."""
    table = columns(runs)
    parts = [f"# {TITLE}", _markup.bullets(legend(runs)), _markup.text(NOTE)]
    parts.append(_markup.table(table) if table[0].cells else NONE)
    return "\n\n".join(parts) + "\n"


NONE = "No scenario and model has a ratio in two of these runs."


def show(console: Console, runs: Sequence[Summary]) -> None:
    """Print the comparison."""
    terminal.heading(console, TITLE)
    for text in (*legend(runs), NOTE):
        terminal.line(console, Text(text), hang=terminal.INDENT)
    console.print()
    table = columns(runs)
    if grid.whole(grid.fitting([table], 9 * console.width)) > console.width:
        table = columns(runs, intervals=False)
    if table[0].cells:
        terminal.table(console, table, grid.fitting([table], console.width), indent=0)
    else:
        terminal.line(console, Text(NONE))
    console.print()


def _ratios(run: Summary) -> dict[Key, Estimate]:
    """Return the ratios that a finding may lean on, by suite, scenario and model."""
    return {
        (scenario.suite, scenario.name, row.model): row.ratio
        for scenario in run.scenarios
        for row in scenario.rows
        if row.ratio is not None and row.sound
    }


def _least(run: Summary) -> dict[Key, str]:
    """Return the bounds of rows that the target held back: at least 2.84."""
    return {
        (scenario.suite, scenario.name, row.model): f"at least {formatting.times(row.ratio.value)}"
        for scenario in run.scenarios
        if counts(scenario)
        for row in held_back(scenario)
        if row.ratio is not None
    }


def _apart(ratios: Sequence[Estimate]) -> bool:
    ends = [(ratio.low, ratio.high) for ratio in ratios]
    lows = [low for low, _ in ends if low is not None]
    highs = [high for _, high in ends if high is not None]
    return len(lows) == len(highs) == len(ends) and max(lows) > min(highs)
