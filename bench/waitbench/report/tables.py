"""A scenario's rows as columns of text, for every format: units in the header, never in a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import CALLED
from waitbench.presentation.columns import NOTHING, Bounded, Column, estimate_cells, number_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison
    from waitbench.analysis.measured import Metric, WallOf
    from waitbench.analysis.row import Row

HELD_BACK = " (!)"
CROSSOVER = "C*"
METRIC = 3
"""Rank of what a workload counts beside its times: it is what that suite is about."""
ALIKE = 6
"""The same where it is the same in all rows: then it tells them apart no more than errors do."""
WALLS: Mapping[WallOf, str] = {"round": "wall", "latency": "latency", "rate": "time per request"}
"""What the column of walls is called, by what they are of."""
HEADS = frozenset({"model", "wall", "verdict", "errors", "CPU", "tasks", "memory", "speed"})
HALF = 50
DOES = {"wait": "waits", "compute": "computes", "query": "queries SQLite for"}
UNSERVED = frozenset({"bound by", "tasks", "efficiency", "refused"})
"""Columns that say nothing of a server: its load comes from outside, its curve shows its bound."""
LOADS = {"knee": "at the highest rate that is sustained"}
BOUND_BY = {
    "generator-bound": "generator",
    "latency-bound": "latency",
    "client-CPU-bound": "client CPU",
    "cores-bound": "cores",
    "target-bound": "target",
    "lockstep": "lockstep",
    "pool-bound": "pool",
}


def columns(scenario: Comparison) -> list[Column]:
    """Build the columns of a scenario; one appears only where it says something."""
    rows = scenario.rows
    built = [
        models(rows),
        walls(rows, *formatting.scale(row.wall.value for row in rows if row.wall)),
    ]
    if scenario.workload == CALLED:
        calls_ns = [row.wall.value / scenario.calls if row.wall else None for row in rows]
        built.append(_timed("call", "{}", calls_ns, rank=3))
    if scenario.baseline:
        based = bounds.counts(scenario)
        built += [
            ratios(rows, [scenario.baseline] * len(rows), [based] * len(rows)),
            Column(head="verdict", unit="", cells=tuple(map(verdict, rows)), rank=4, left=True),
        ]
    built += [bound_by(rows), *metrics(rows)]
    if any(row.measured.errors for row in rows):
        errors = tuple(str(row.measured.errors) for row in rows)
        built.append(Column(head="errors", unit="tasks", cells=errors, rank=6))
    built += [column for column in _figures(rows) if set(column.cells) != {NOTHING}]
    return [column for column in built if not (scenario.served and column.head in UNSERVED)]


def models(rows: Sequence[Row]) -> Column:
    """Build the column of names, those marked that the target held back."""
    names = (row.model + ("" if row.sound or not row.wall else HELD_BACK) for row in rows)
    return Column(head="model", unit="", cells=tuple(names), left=True)


def walls(rows: Sequence[Row], per: float, unit: str) -> Column:
    """Build the column of times in a unit of `per` nanoseconds."""
    cells = estimate_cells(
        [row.wall for row in rows],
        lambda wall: formatting.number(wall / per),
        ["failed" if row.measured.failure else "no time" for row in rows],
    )
    head = WALLS[rows[0].measured.wall_of] if rows else WALLS["round"]
    return Column(head=head, unit=f"{unit} {_confidence(rows)}".rstrip(), cells=cells, rank=2)


def ratios(rows: Sequence[Row], baselines: Sequence[str | None], sound: Sequence[bool]) -> Column:
    """Build the column of times faster than each row's baseline, which is named if it is one.

    What the target held back is a bound: `at least` for a row, `at most` for those beside a
    baseline that is not `sound`, and no figure where it was both.
    """
    named = dict.fromkeys(baselines)
    than = next(iter(named)) or NOTHING if len(named) == 1 else "baseline"
    whole = estimate_cells(
        [row.ratio for row in rows],
        formatting.times,
        [
            "baseline" if row.model == baseline else NOTHING
            for row, baseline in zip(rows, baselines, strict=True)
        ],
    )
    cells = tuple(
        cell if row.ratio is None or (row.sound and counts) else _bound(cell, row, counts=counts)
        for cell, row, counts in zip(whole, rows, sound, strict=True)
    )
    unit = f"times {_confidence(rows)}".rstrip()
    return Column(head=f"faster than {than}", unit=unit, cells=cells, rank=1)


def _bound(cell: str | Bounded, row: Row, *, counts: bool) -> str | Bounded:
    """Return what is sure of the ratio of a row or a baseline whose time does not count."""
    # The least of a row, beside a time that counts; the most of one whose own time does.
    word = "at least" if counts else "at most"
    late = row.held_back or row.measured.bound == "generator-bound"
    if not (late if counts else row.sound):
        return NOTHING
    if isinstance(cell, Bounded):
        return replace(cell, value=f"{word} {cell.value}")
    return f"{word} {cell}"


def bound_by(rows: Sequence[Row]) -> Column:
    """Build the column of what held each row back."""
    cells = tuple(BOUND_BY[row.measured.bound] if row.measured.bound else NOTHING for row in rows)
    return Column(head="bound by", unit="", cells=cells, rank=5, left=True)


def verdict(row: Row) -> str:
    """Return the verdict on a row in a word or two."""
    if row.held_back:
        return "held back"
    return row.verdict.verdict if row.verdict else NOTHING


def metrics(rows: Sequence[Row]) -> list[Column]:
    """Build a column for each figure that the workload counted, where a row has it."""
    built: list[Column] = []
    for name in dict.fromkeys(name for row in rows for name in row.measured.metrics):
        figures = [row.measured.metrics.get(name) for row in rows]
        words, unit, per = formatting.quantity(
            name, [figure.median for figure in figures if figure]
        )
        cells = tuple(_spread(figure, per) for figure in figures)
        built.append(
            Column(
                # A column's head is its name among all; two of one name would share a width.
                head=f"workload's {words}" if words in HEADS else words,
                unit=unit,
                cells=cells,
                rank=METRIC if len(set(cells)) > 1 else ALIKE,
            )
        )
    return built


def title(scenario: Comparison) -> str:
    """Return what a round of the scenario is, and what a task does most of its time."""
    if scenario.served:
        asked = scenario.params
        load = LOADS.get(asked["load"], f"at {asked['load']}")
        time = asked.get("latency") or asked["work_time"]
        return f"one request that {DOES.get(asked['work'], asked['work'])} {time}, {load}"
    if scenario.workload == CALLED:
        calls = formatting.count(scenario.calls, "call")
        return f"{calls} a round, {scenario.concurrency:,} at once"
    work = formatting.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    ideal = f"; ideal {formatting.duration(scenario.ideal_ns)}" if scenario.ideal_ns > 0 else ""
    return f"{work}, {scenario.concurrency:,} at once{ideal}{_computing(scenario)}"


def _computing(scenario: Comparison) -> str:
    """Return how a task alone spends its time, which decides what model pays."""
    if scenario.computing is None:
        return ""
    computes = round(100 * scenario.computing)
    return f"; {computes} % computing" if computes >= HALF else f"; {100 - computes} % waiting"


def _figures(rows: Sequence[Row]) -> list[Column]:
    mega, percent = 1e6, 0.01
    return [
        _crossovers(rows),
        _timed("CPU", "{}/task", [row.cpu_ns for row in rows], rank=9),
        number_column("tasks", "per s", [row.measured.tasks_per_s for row in rows], rank=10),
        number_column("efficiency", "%", [row.efficiency for row in rows], rank=11, per=percent),
        _timed("roofline", "{}", [row.roofline_ns for row in rows], rank=12),
        number_column(
            "memory", "MB", [row.measured.memory_bytes for row in rows], rank=13, per=mega
        ),
        _timed("p50", "{}/task", [row.measured.p50_ns for row in rows], rank=14),
        _timed("p99", "{}/task", [row.measured.p99_ns for row in rows], rank=14),
        _timed("start-up", "{}", [row.measured.startup_ns for row in rows], rank=15),
    ]


def _spread(spread: Metric | None, per: float) -> str:
    """Write the median of the rounds, with the least and the most where they differ."""
    if spread is None:
        return NOTHING
    figures = (spread.median, spread.least, spread.most)
    whole = per == 1 and all(figure == int(figure) for figure in figures)
    middle, least, most = (
        f"{figure:,.0f}" if whole else formatting.number(figure / per) for figure in figures
    )
    return middle if least == most else f"{middle} ({least} to {most})"


def _crossovers(rows: Sequence[Row]) -> Column:
    """Build the column of C*, for clients that may have several waiting tasks under way."""
    cells = tuple(
        formatting.crossover(row.crossover.value, row.crossover.low, row.crossover.high)
        if row.crossover
        else NOTHING
        for row in rows
    )
    return Column(head=CROSSOVER, unit=f"at once {_confidence(rows)}".rstrip(), cells=cells, rank=7)


def _timed(head: str, unit: str, figures: Sequence[float | None], *, rank: int) -> Column:
    per, name = formatting.scale(value for value in figures if value is not None)
    return number_column(head, unit.format(name), figures, rank=rank, per=per)


def _confidence(rows: Sequence[Row]) -> str:
    walls = [row.wall for row in rows if row.wall and row.wall.low is not None]
    return f"[{walls[0].confidence * 100:g} %]" if walls else ""
