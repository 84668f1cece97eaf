"""A run under several interpreters: each by itself, and each model from build to build."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.analysis.summary import summarise
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord
    from waitbench.stats.estimates import Estimate
    from waitbench.stats.verdicts import Verdict

SEPARATOR = "@"
KEPT = 16
"""Summaries of single builds that are kept while a report is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One model under one build, in one scenario.

    Attributes:
        row: what it measured.
        gain: times as fast as the same model under the first build; None for that itself, and where
            one of the two has no time that counts.
        verdict: on the gain, corrected over all gains of the run.
    """

    row: Row
    gain: Estimate | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """One scenario, its models down and its builds across.

    Attributes:
        scenario: whose rows they are.
        models: in the order of its rows.
        builds: in the order in which they were named.
        cells: by model and build.
    """

    scenario: Comparison
    models: tuple[str, ...]
    builds: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def fastest(self) -> Cell | None:
        """Return the model and build that took the least time, of those whose time counts."""
        rivals = [cell for cell in self.cells.values() if cell.row.rival and cell.row.wall]
        return min(rivals, key=lambda cell: cell.row.wall.value, default=None)  # type: ignore[union-attr]  # filtered


def model(row: Row) -> str:
    """Return what a row's model is called without its build: asyncio, of asyncio@3.15."""
    return row.model.removesuffix(f"{SEPARATOR}{row.measured.build}")


def pivots(summary: Summary) -> list[Pivot]:
    """Arrange every scenario by model and build; nothing where no build was named."""
    named = summary.builds
    tables = [_cells(scenario) for scenario in summary.scenarios]
    gains = {
        id(row): compare(row, cells[name, named[0]], confidence=summary.methods.confidence)
        for cells in tables
        for (name, build), row in cells.items()
        if build != named[0]
        and row.sound
        and (name, named[0]) in cells
        and cells[name, named[0]].sound
    }
    judged = judge(
        list(gains.values()), confidence=summary.methods.confidence, margin=summary.methods.margin
    )
    verdicts = dict(zip(gains, judged, strict=True))
    return [
        Pivot(
            scenario=scenario,
            models=tuple(dict.fromkeys(name for name, _ in cells)),
            builds=named,
            cells={
                place: Cell(row=row, gain=gains.get(id(row)), verdict=verdicts.get(id(row)))
                for place, row in cells.items()
            },
        )
        for scenario, cells in zip(summary.scenarios, tables, strict=True)
        if cells
    ]


def first(summary: Summary) -> Summary:
    """Return what the first interpreter measured alone; all of it where none was named."""
    return alone(summary, summary.builds[0]) if summary.builds else summary


def alone(summary: Summary, build: str) -> Summary:
    """Return what one build of a run measured, as if nothing else had raced.

    Its contestants are called like their models, and its own baseline is what ratios are against.
    """
    if summary.run is None:
        return summary
    return _alone(summary.run, build, summary.methods.confidence, summary.methods.margin)


def state(summary: Summary, build: str) -> str:
    """Return a build with what sets it apart: 3.14t without the GIL, 3.15+jit with the JIT."""
    facts = alone(summary, build).environment
    parts = ["without the GIL"] if facts.get("gil") is False else []
    parts += ["with the JIT"] if facts.get("jit") else []
    return " ".join([build, formatting.listing(parts)]).strip()


@lru_cache(KEPT)
def _alone(run: Run, build: str, confidence: float, margin: float) -> Summary:
    own = tuple(
        _renamed(record, build)
        for record in run.contestants
        if record.contestant.build in {"", build}
    )
    state = next((record.state for record in own if record.contestant.build), {})
    left_out = [
        {**entry, "model": entry["model"].removesuffix(f"{SEPARATOR}{build}")}
        for entry in run.meta.get("left_out") or ()
        if SEPARATOR not in entry["model"] or entry["model"].endswith(f"{SEPARATOR}{build}")
    ]
    return summarise(
        replace(
            run,
            contestants=own,
            environment={**run.environment, **state},
            meta={**run.meta, "left_out": left_out},
        ),
        confidence=confidence,
        margin=margin,
    )


def _renamed(record: ContestantRecord, build: str) -> ContestantRecord:
    if not record.contestant.build:
        return record
    name = record.name.removesuffix(f"{SEPARATOR}{build}")
    baseline = record.scenario.baseline.partition(SEPARATOR)[0]
    return replace(
        record,
        contestant=replace(record.contestant, name=name),
        scenario=replace(record.scenario, baseline=baseline),
    )


def _cells(scenario: Comparison) -> dict[tuple[str, str], Row]:
    return {(model(row), row.measured.build): row for row in scenario.rows if row.measured.build}
