"""The report as one page of HTML that needs nothing else: findings, pictures, tables, methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.presentation.page import script, style, template
from waitbench.report import figures
from waitbench.report import side_by_side as _side_by_side
from waitbench.report.formats import _page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding

SUFFIX = "html"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the page; all text of the results file is escaped, in markup and in inlined JSON.

    Of the suites in `only` it is just the tables and how to read them.

    Raises:
        BenchError: the run holds no suite of a name in `only`, or what makes pages is missing.
    """
    whole = template("page.html")  # refused before anything is drawn where that is not installed
    page = _page.page(summary, findings, only=only)
    return whole.render(
        page=page,
        style=style(),
        script=script() if page.figures else "",
        packed=figures.packed(page.figures) if page.figures else "",
    )


def side_by_side(runs: Sequence[Summary], pages: Sequence[str]) -> str:
    """Write a page that compares runs, with links to the `pages` of each."""
    return template("side-by-side.html").render(
        title=_side_by_side.TITLE,
        note=_side_by_side.NOTE,
        none=_side_by_side.NONE,
        runs=list(zip(_side_by_side.legend(runs), pages, strict=True)),
        columns=_side_by_side.columns(runs),
        style=style(),
    )
