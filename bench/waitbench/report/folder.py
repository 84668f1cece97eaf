"""A report as files in a folder: texts and pictures with stable names, the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.presentation.files import save
from waitbench.report import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture


def write(  # noqa: PLR0913  each is asked for by an option of its own
    folder: Path,
    summary: Summary,
    findings: Sequence[Finding],
    *,
    forms: Sequence[str],
    figures: Sequence[str] = (),
    only: Sequence[str] = (),
) -> list[Path]:
    """Write the report in these formats, and its pictures in those, into a folder made if need be.

    Args:
        folder: where.
        summary: of the run.
        findings: on it.
        forms: formats of the report; `latex` brings its pictures along as PDF.
        figures: formats of the pictures: `svg`, `png`, `pdf`.
        only: suites of which just the tables are wanted.

    Returns:
        What was written: pictures after texts.

    Raises:
        BenchError: no such format or suite, or a file cannot be written.
    """
    if "latex" in forms and not only:
        figures = list(dict.fromkeys([*figures, "pdf"]))
    written: list[Path] = []
    beside: Sequence[Picture] = ()
    if figures:
        from waitbench.charts import pictures
        from waitbench.presentation.vega import write as draw

        drawn = pictures(summary)
        written = draw(drawn, folder, figures)
        there = {path.name for path in written}
        beside = [picture for picture in drawn if f"{picture.name}.svg" in there]
    texts: dict[str, str] = {}
    for form in forms:
        texts |= files(form, summary, findings, only=only, shown=beside)
    return [*save(folder, texts), *written]
