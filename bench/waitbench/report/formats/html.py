"""The report as one page of HTML that needs nothing else: findings, pictures, tables, methods."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.presentation.theme import DARK, LIGHT
from waitbench.report import figures
from waitbench.report import side_by_side as _side_by_side
from waitbench.report.formats import _page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template
    from markupsafe import Markup

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding

HERE = Path(__file__).parents[2] / "presentation" / "templates"
COMMAND = re.compile(r"`(waitbench [A-Za-z0-9_,. -]+)`")
"""A command of ours in a sentence of ours: the one thing that may be marked up."""

SUFFIX = "html"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the page; all text of the results file is escaped, in markup and in inlined JSON.

    Of the suites in `only` it is just the tables and how to read them.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    page = _page.page(summary, findings, only=only)
    return template("page.html").render(
        page=page,
        style=style(),
        script=(HERE / "page.js").read_text(encoding="utf-8") if page.figures else "",
        bundle=figures.bundle() if page.figures else "",
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


def template(name: str) -> Template:
    """Return the template of a page; it escapes all that is put in."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["with_commands"] = _with_commands
    return environment.get_template(name)


def style() -> str:
    """Return the style sheet of a page, its palettes included."""
    return _hues() + (HERE / "page.css").read_text(encoding="utf-8")


def _hues() -> str:
    """Write the palette as a style sheet: light on paper too, whatever the system likes."""
    light, dark = (
        "; ".join(f"--{name}: {colour}" for name, colour in palette.items())
        for palette in (LIGHT, DARK)
    )
    return (
        f":root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _with_commands(sentence: str) -> Markup:
    """Escape a sentence, and set the commands in it as such."""
    from markupsafe import Markup, escape

    return Markup(COMMAND.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704  escaped just now
