"""A page of others' figures as CSV: a row for each benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.report.formats import csv

if TYPE_CHECKING:
    from waitbench.report.others.page import Page


def render(page: Page) -> str:
    """Write a row for each record, units and names in the head."""
    return csv.table(page.records)
