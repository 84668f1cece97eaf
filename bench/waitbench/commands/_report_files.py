"""Reports as text and as files: one of them, a folder of several, a page on other tools' runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import _report_formats as formats
from waitbench.commands import _trackers
from waitbench.commands._results import sense
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.report.others.page import Page

    Report = tuple[Summary, Sequence[Finding]]


def text(reports: Sequence[Report], form: str, suites: Sequence[str]) -> str:
    """Return reports in one format, and before several a table that compares them."""
    from waitbench import registry
    from waitbench.report import ROOM, render, side_by_side

    runs = [summary for summary, _ in reports]
    texts = [side_by_side.markdown(runs)] if len(runs) > 1 and form == "markdown" else []
    for summary, findings in reports:
        with sense(summary.path):
            texts.append(render(form, summary, findings, only=suites))
        _trackers.tell_left_out(registry.load(ROOM, form), summary, suites)
    return "\n".join(texts)


def write_one(place: Path, content: str, reports: Sequence[Report], figures: Sequence[str]) -> None:
    """Write one file and, where pictures are wanted too, those into its folder."""
    from waitbench.presentation.files import save
    from waitbench.report.folder import write

    written = save(place.parent, {place.name: content})
    if figures:
        for summary, findings in reports:
            written += write(place.parent, summary, findings, forms=[], figures=figures)
        print(f"written: {', '.join(map(str, written))}")


def write_folder(
    place: Path,
    reports: Sequence[tuple[Summary, Sequence[Finding]]],
    forms: Sequence[str],
    figures: Sequence[str],
    suites: Sequence[str],
) -> int:
    """Write the formats and pictures of each run into a folder; several have one each."""
    from waitbench.presentation.files import save
    from waitbench.report import side_by_side
    from waitbench.report.folder import write
    from waitbench.report.formats import html

    many, pages = len(reports) > 1, []
    for number, (summary, findings) in enumerate(reports, 1):
        # Several runs have files of the same names: a folder each, and one page on them all.
        folder = place / f"{number}-{summary.path.stem}" if many else place
        with sense(summary.path):
            written = write(folder, summary, findings, forms=forms, figures=figures, only=suites)
        pages.append(f"{folder.name}/report.html")
        names = ", ".join(path.name for path in written) or "nothing: no picture has data here"
        print(plain(f"written into {folder}: {names}"))
    if many:
        runs = [summary for summary, _ in reports]
        texts = {"side-by-side.md": side_by_side.markdown(runs)}
        if "html" in forms:
            texts["side-by-side.html"] = html.side_by_side(runs, pages)
        print(plain(f"written: {', '.join(map(str, save(place, texts)))}"))
    return 0


def one_page(page: Page, arguments: argparse.Namespace) -> int:
    """Show a page on files of other tools, or write it in the formats asked for.

    Raises:
        BenchError: no such format, or a file cannot be written.
    """
    from rich.console import Console

    from waitbench.presentation.files import save
    from waitbench.report import STEM, others, suffix

    if arguments.figures or arguments.suite:
        raise BenchError("what other tools measured has no pictures and no suites to compare")
    asked, place = formats.listed(arguments.format), arguments.output
    into = bool(place) and formats.is_folder(place, many=len(asked) > 1)
    forms = formats.chosen(asked, place, into=into, figures=False)
    others.check(forms)
    if place is None and len(forms) > 1:
        raise BenchError("several formats go into a folder: add -o DIR")
    if place is None and forms == ["terminal"]:
        others.show(page, Console(file=sys.stdout))
    elif place is None:
        print(others.written(forms[0], page), end="")
    else:
        folder, name = (Path(place), "") if into else (Path(place).parent, Path(place).name)
        texts = {name or f"{STEM}.{suffix(form)}": others.written(form, page) for form in forms}
        print(plain(f"written: {', '.join(map(str, save(folder, texts)))}"))
    return 0
