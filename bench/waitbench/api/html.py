"""Tables for a notebook: a fragment of HTML without style sheet or script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation.page import template
from waitbench.report import prose, tables
from waitbench.report.others import one_run
from waitbench.report.others.page import OthersTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.report.others.page import Page

KEPT = 5
"""Columns up to this rank are shown: who, how long, how sure, what held it back."""


def of_run(summary: Summary) -> str:
    """Return the tables of a run."""
    if page := one_run.of(summary):
        return of_page(page)
    shown = (*summary.scenarios, *summary.controls)
    return _fragment(
        title=f"{formatting.count(len(shown), 'scenario')} raced by waitbench",
        alerts=prose.alerts(summary),
        made=[_table(comparison) for comparison in shown],
    )


def of_page(page: Page) -> str:
    """Return the tables of a page on what other tools measured."""
    named = [f"{word}: {text}" for word, text in page.runs]
    noted = [f"{title}: {'; '.join(sentences)}" for title, sentences in page.notes]
    return _fragment(
        title=page.title, alerts=page.alerts, made=page.tables, ending=[*named, *noted]
    )


def _table(comparison: Comparison) -> OthersTable:
    columns = [column for column in tables.columns(comparison) if column.rank < KEPT]
    return OthersTable(title=f"{comparison.name}: {tables.title(comparison)}", columns=columns)


def _fragment(
    *,
    title: str,
    alerts: Sequence[str],
    made: Sequence[OthersTable],
    ending: Sequence[str] = (),
) -> str:
    page = template("fragment.html")
    return page.render(title=title, alerts=alerts, tables=made, ending=ending)
