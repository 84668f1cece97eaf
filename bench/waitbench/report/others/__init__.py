"""Reports on what other tools measured: a page of facts, and a file for each way to write it.

A page has a title, tables and the words around them; nothing on it was raced, so it has none of
what a report on a race has. A file `_FORMAT.py` has `render(page)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from waitbench.report.others.page import Page


FORMS = ("terminal", "html", "markdown", "csv", "json", "latex")
"""Formats in which two runs or a series of them are written."""


def check(forms: Sequence[str]) -> None:
    """Raise BenchError for a format that has no comparison of runs."""
    for form in forms:
        if form not in FORMS:
            name = form.replace("_", "-")
            raise BenchError(
                f"{name} is a format of single runs; runs compared are written as "
                f"{', '.join(FORMS)}"
            )


def written(form: str, page: Page) -> str:
    """Write a page in one of the formats of reports, as text that ends in a newline."""
    text: str = import_module(f"waitbench.report.others._{form}").render(page)
    return text


def show(page: Page, console: Console) -> None:
    """Print a page in the width of the console."""
    from waitbench.report.others import _terminal

    _terminal.show(page, console)
