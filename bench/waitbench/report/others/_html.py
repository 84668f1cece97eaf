"""A page of others' figures as one file of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.presentation.page import style, template

if TYPE_CHECKING:
    from waitbench.report.others.page import Page


def render(page: Page) -> str:
    """Write the page; all text of the file is escaped."""
    return template("others.html").render(page=page, title=page.title, style=style())
