"""Reports on what other tools measured: a page of facts, and a file for each way to write it.

A page has a title, tables and the words around them; nothing on it was raced, so it has none of
what a report on a race has. A file `_FORMAT.py` has `render(page)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from waitbench.report.others.page import Page


def written(form: str, page: Page) -> str:
    """Write a page in one of the formats of reports, as text that ends in a newline."""
    text: str = import_module(f"waitbench.report.others._{form}").render(page)
    return text


def show(page: Page, console: Console) -> None:
    """Print a page in the width of the console."""
    from waitbench.report.others import _terminal

    _terminal.show(page, console)
