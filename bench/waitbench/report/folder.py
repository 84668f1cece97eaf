"""A report as files in a folder: texts and pictures with stable names, the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.report import files
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.analysis.comparison import Summary
    from waitbench.charts import Picture
    from waitbench.findings import Finding


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
    drawn: Sequence[Picture] = ()
    if "latex" in forms and not only:
        figures = list(dict.fromkeys([*figures, "pdf"]))
    if figures:
        from waitbench.charts import pictures

        drawn = pictures(summary)
    beside = drawn if "svg" in figures else ()
    texts: dict[str, str] = {}
    for form in forms:
        texts |= files(form, summary, findings, only=only, shown=beside)
    written = save(folder, texts)
    if drawn:
        from waitbench.presentation.vega import write as draw

        written += draw(drawn, folder, figures)
    return written


def save(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write texts by their names, each of them whole or not at all.

    Raises:
        BenchError: one cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            atomic_file.write(path, text)
            written.append(path)
    except OSError as refused:
        raise BenchError(f"the report could not be written: {refused}") from None
    return written
