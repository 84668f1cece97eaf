"""Advice in, a page of HTML out that needs nothing else: sentence, map, table, reasons, sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.advisor import text
from bench.advisor.picture import picture
from bench.charts._files import svg
from bench.report.html import style, template

if TYPE_CHECKING:
    from bench.advisor.advice import Advice


def page(advice: Advice) -> str:
    """Write it; whatever is the function's own is escaped."""
    shown = picture(advice)
    return template("advice.html").render(
        function=advice.question.function,
        sentence=text.sentence(advice),
        verdict=text.verdict(advice),
        picture=shown,
        drawing=svg(shown.spec, shown.name),
        rows=text.table(advice),
        paragraphs=list(text.paragraphs(advice)),
        code=text.code(advice),
        style=style(),
    )
