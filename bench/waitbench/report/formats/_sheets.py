"""Tables as a page holds them: heads with their units, rows with their anchors and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation.theme import family
from waitbench.report import bars, figures, phases, prose, suites, tables
from waitbench.report import evidence as _evidence
from waitbench.report import remarks as _remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.findings import Finding
    from waitbench.presentation.columns import Column
    from waitbench.report.build_tables import BuildTable
    from waitbench.report.formats._anchors import Anchors


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a table.

    Attributes:
        anchor: its own name on the page; empty where another table has it.
        link: where its first cell leads; empty for nowhere.
        family: of its model, for colour and mark.
        mark: the sign of that family.
        scenario: what it belongs to, where several scenarios share a table.
        cells: its texts, the model first.
    """

    anchor: str
    link: str
    family: str
    mark: str
    scenario: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: a caption for those who cannot see where it stands, its columns and rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSection:
    """One scenario: its name, what a round is, the finding on it, its tables and remarks."""

    anchor: str
    name: str
    title: str
    sentence: str
    sheet: Sheet
    remarks: tuple[str, ...]
    went: Sheet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteSection:
    """One suite: what it asks, and its scenarios."""

    title: str
    question: str
    count: str
    scenarios: tuple[ScenarioSection, ...]


def section(
    suite: str,
    scenarios: Sequence[Comparison],
    findings: Sequence[Finding],
    summary: Summary,
    anchors: Anchors,
) -> SuiteSection:
    """Arrange the scenarios of one suite."""
    sentences = prose.by_place(findings)
    return SuiteSection(
        title=suites.title(suite),
        question=suites.question(suite),
        count=formatting.count(len(scenarios), "scenario"),
        scenarios=tuple(
            ScenarioSection(
                anchor=anchors.scenario(scenario),
                name=scenario.name,
                title=f"{tables.title(scenario)}.",
                sentence=sentences.get(bars.place(scenario), ""),
                sheet=_sheet(
                    f"{scenario.name}: times", tables.columns(scenario), scenario, anchors
                ),
                remarks=tuple(_remarks.remarks(scenario, summary.methods)),
                went=_went(scenario),
            )
            for scenario in scenarios
        ),
    )


def evidence(pairs: Sequence[tuple[Comparison, Row]], anchors: Anchors) -> Sheet:
    """Show the rows that a verdict leans on, each linked to its place among its own."""
    columns = [column for table in _evidence.tables(pairs, 10_000) for column in table]
    return Sheet(
        caption="The rows that this leans on",
        columns=tuple(columns),
        rows=tuple(
            _table_row(
                row, columns, number, link=anchors.row(scenario, row), scenario=scenario.name
            )
            for number, (scenario, row) in enumerate(pairs)
        ),
    )


def by_build(caption: str, table: BuildTable) -> Sheet:
    """Show a scenario's models down, its interpreters across."""
    families = {row.model.partition("@")[0]: family(row.kind) for row in table.scenario.rows}
    models, *_ = table.columns
    return Sheet(
        caption=caption,
        columns=table.columns,
        rows=tuple(
            TableRow(
                anchor="",
                link="",
                family=families[model],
                mark=figures.marked(families[model]),
                scenario="",
                cells=tuple(column.texts[number] for column in table.columns),
            )
            for number, model in enumerate(models.texts)
        ),
    )


def _sheet(
    caption: str, columns: Sequence[Column], scenario: Comparison, anchors: Anchors
) -> Sheet:
    return Sheet(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(
            _table_row(row, columns, number, anchor=anchors.row(scenario, row))
            for number, row in enumerate(scenario.rows)
        ),
    )


def _went(scenario: Comparison) -> Sheet | None:
    columns = phases.columns(scenario)
    if not columns:
        return None
    rows = tuple(_table_row(row, columns, number) for number, row in enumerate(scenario.rows))
    caption = f"{scenario.name}: {phases.WHERE}"
    return Sheet(caption=caption, columns=tuple(columns), rows=rows)


def _table_row(  # noqa: PLR0913  what a row may have beside its cells
    row: Row,
    columns: Sequence[Column],
    number: int,
    *,
    anchor: str = "",
    link: str = "",
    scenario: str = "",
) -> TableRow:
    model_family = family(row.kind)
    return TableRow(
        anchor=anchor,
        link=link,
        family=model_family,
        mark=figures.marked(model_family),
        scenario=scenario,
        cells=tuple(column.texts[number] for column in columns),
    )
