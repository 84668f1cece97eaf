"""Models down, interpreters across: a table for each scenario, which says who gains from which."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis.by_build import Cell, Pivot, pivots, state
from waitbench.presentation.columns import NOTHING, Bounded, Column
from waitbench.report import records, suites
from waitbench.report.tables import HELD_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Comparison, Summary

HEADING = "Interpreters"
MARKS = {"faster": " +", "slower": " -", "same": " =", "undecided": " ?"}
READING = (
    "The first column is how many times as fast as the baseline each model was under the first "
    "interpreter; each other one how many times as fast as the same model under the first, paired "
    "within blocks. + surely faster, - surely slower, = the same within {margin}, ? too unsure to "
    "call; all corrected over the whole run. (!): held back by the target."
)
OPTIMISED = {True: "optimised by profile", False: "not optimised by profile", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildTable:
    """What is shown of one scenario: its name, a table, and who came first."""

    scenario: Comparison
    columns: tuple[Column, ...]
    first: str


def tables(summary: Summary) -> list[BuildTable]:
    """Build a table for each scenario; empty where no interpreter was named."""
    return [
        BuildTable(scenario=pivot.scenario, columns=_columns(pivot), first=_first(pivot))
        for pivot in pivots(summary)
    ]


def front(summary: Summary, only: Mapping[str, object]) -> list[BuildTable]:
    """Return those of the suites that are shown in full."""
    return [table for table in tables(summary) if table.scenario.suite in only]


def reading(summary: Summary) -> str:
    """Return how to read the tables."""
    return READING.format(margin=formatting.percent(summary.methods.margin))


def legend(summary: Summary) -> list[str]:
    """Return a line for each interpreter: what it is, and what it said after its rounds."""
    facts = {each["label"]: each for each in _facts(summary)}
    lines = []
    for build in summary.builds:
        each = facts.get(build, {})
        version = f"{each.get('implementation') or ''} {each.get('python') or ''}".strip()
        parts = [
            version,
            state(summary, build).removeprefix(build).strip(),
            OPTIMISED[each.get("profile_guided")],
            "built for debugging" if each.get("debug_build") else "",
            *_start_methods(summary, build),
        ]
        lines.append(f"{build}: {', '.join(filter(None, parts))}")
    return lines


def document(summary: Summary) -> list[dict[str, Any]]:
    """Return the interpreters of a run as plain figures, with what each did for every model."""
    cells: dict[str, list[dict[str, Any]]] = {build: [] for build in summary.builds}
    for pivot in pivots(summary):
        for (model, build), cell in pivot.cells.items():
            cells[build].append(
                {
                    "suite": pivot.scenario.suite,
                    "scenario": pivot.scenario.name,
                    "model": model,
                    "contestant": cell.row.model,
                    "state": dict(cell.row.measured.state),
                    "warm_up_ns": [list(walls) for walls in cell.row.measured.warm_ns],
                    **records.estimate("gain", cell.gain),
                    "verdict": cell.verdict.verdict if cell.verdict else None,
                }
            )
    facts = {each["label"]: each for each in _facts(summary)}
    return [
        {"label": build, **facts.get(build, {}), "rows": cells[build]} for build in summary.builds
    ]


def _facts(summary: Summary) -> list[dict[str, Any]]:
    return list(summary.run.meta.get("builds") or ()) if summary.run else []


def _start_methods(summary: Summary, build: str) -> list[str]:
    """Return how pools are started, what Python unasked would do, and what a first one waits."""
    states = [
        row.measured.state
        for scenario in summary.scenarios
        for row in scenario.rows
        if row.measured.build == build and row.measured.state.get("start_method")
    ]
    if not states:
        return []
    ours, usual = states[0]["start_method"], states[0].get("default_start_method")
    first_ns = [state["first_pool_ns"] for state in states if state.get("first_pool_ns")]
    told = [f"pools by {ours}" + (f" (its default is {usual})" * (ours != usual))]
    if first_ns:
        more = formatting.duration(median(first_ns))
        told.append(f"a program's first pool waits {more} more for it")
    return told


def _columns(pivot: Pivot) -> tuple[Column, ...]:
    first, *others = pivot.builds
    models = Column(head="model", unit="", cells=pivot.models, left=True)
    beside = [pivot.cells.get((model, first)) for model in pivot.models]
    base = (pivot.scenario.baseline or "").partition("@")[0]
    columns = [
        models,
        Column(
            head=first,
            unit=f"times {base} [95 %]" if base else "",
            cells=tuple(_beside_baseline(pivot, cell) for cell in beside),
            rank=1,
        ),
    ]
    for rank, build in enumerate(others, 2):
        cells = tuple(_gain(pivot.cells.get((model, build))) for model in pivot.models)
        if set(cells) != {NOTHING}:
            columns.append(Column(head=build, unit=f"times {first}", cells=cells, rank=rank))
    return tuple(columns)


def _beside_baseline(pivot: Pivot, cell: Cell | None) -> str | Bounded:
    if cell is None:
        return NOTHING
    row = cell.row
    if row.model == pivot.scenario.baseline:
        return "baseline"
    if row.ratio is None:
        return "failed" if row.measured.failure else NOTHING
    return _bounded(row.ratio.value, row.ratio.interval, "" if row.sound else HELD_BACK)


def _gain(cell: Cell | None) -> str | Bounded:
    if cell is None:
        return NOTHING
    if cell.gain is None:
        return "failed" if cell.row.measured.failure else HELD_BACK.strip()
    mark = MARKS[cell.verdict.verdict] if cell.verdict else ""
    return _bounded(cell.gain.value, cell.gain.interval, mark)


def _bounded(value: float, interval: tuple[float, float] | None, mark: str) -> str | Bounded:
    text = formatting.times(value) + mark
    if interval is None:
        return text
    low, high = map(formatting.times, interval)
    return Bounded(value=text, low=low, high=high)


def _first(pivot: Pivot) -> str:
    """Return the model and interpreter that took the least time, and whether that is a bound."""
    best = pivot.fastest()
    if best is None or best.row.wall is None:
        return "No time here counts."
    took = formatting.duration(best.row.wall.value)
    return f"The least time: {best.row.model}, {took}."


def narrow(table: BuildTable) -> tuple[Column, ...]:
    """Return a table without its intervals, where a terminal has no room for them."""
    return tuple(
        Column(
            head=column.head,
            unit=column.unit.partition(" [")[0],
            cells=tuple(cell.value if isinstance(cell, Bounded) else cell for cell in column.cells),
            rank=column.rank,
            left=column.left,
        )
        for column in table.columns
    )


def title(table: BuildTable) -> str:
    """Return what a table is about: its suite and scenario."""
    return f"{suites.title(table.scenario.suite)}, {table.scenario.name}"
