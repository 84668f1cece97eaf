"""Advice in, a page of HTML out that needs nothing else: sentence, map, table, reasons, code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.advisor import text
from waitbench.advisor.predicted_map import picture
from waitbench.presentation.page import style, template
from waitbench.presentation.vega import svgs

if TYPE_CHECKING:
    from waitbench.advisor.advice import Advice
    from waitbench.advisor.on_measured_map import Spot


def page(advice: Advice, spot: Spot | None = None) -> str:
    """Return the page as HTML; whatever is the function's own is escaped.

    Args:
        advice: of one callable.
        spot: where it lies on a measured map, which is drawn as well; None where none was named.
    """
    shown = [picture(advice), *([spot.picture] if spot else [])]
    return template("advice.html").render(
        function=advice.question.function,
        sentence=text.sentence(advice),
        verdict=text.verdict(advice),
        pictures=list(zip(shown, svgs(shown), strict=True)),
        rows=text.table(advice),
        paragraphs=list(text.paragraphs(advice, spot)),
        code=text.code(advice),
        style=style(),
    )
