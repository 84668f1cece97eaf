"""A file here is a format of the report: a summary and its findings in, text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.did_you_mean import instead
from waitbench.registry import plugins
from waitbench.report import others
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture
    from waitbench.report.others.page import Page

ROOM = "report/formats"
TEXTS = ("terminal", "markdown", "html", "latex")
"""Formats for people, in which others' figures have a page of their own."""
TRACKERS = ("bencher", "github_action_benchmark", "otava")
"""Formats for programs that keep single figures: they have no place for a sentence."""
STEM = "report"
"""What a file of the report is called, before its suffix."""


def format_names() -> list[str]:
    """List the formats that `--format` takes, where `-` may stand for `_`."""
    return registry.names(ROOM)


def suffix(form: str) -> str:
    """Return the suffix of a format's files, without its dot: `md`.

    Raises:
        BenchError: no such format.
    """
    return str(registry.load(ROOM, form).SUFFIX)


def named(word: str) -> str:
    """Return the format that a word means: its name, or the suffix of its files (`md`, `tex`).

    Raises:
        BenchError: there is none.
    """
    name = word.replace("-", "_")
    form = name if name in registry.files(ROOM) else _of_suffix(word)
    if form is None:
        names = [each.replace("_", "-") for each in format_names()]
        raise BenchError(f"there is no format {word!r}; {instead(word, names)}")
    return form


def _of_suffix(word: str) -> str | None:
    name = word.replace("-", "_")
    return name if name in format_names() else registry.suffixes(ROOM).get(word)


def render(
    form: str, summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()
) -> str:
    """Write the report in one format, as text that ends in a newline.

    Args:
        form: a file of this folder.
        summary: of the run.
        findings: on it.
        only: suites of which just the tables are wanted; the whole report when empty.

    Raises:
        BenchError: no such format, or the run holds no such suite.
    """
    if form in TEXTS and (page := page_of_others(summary, only)):
        return others.written(form, page)
    file = registry.load(ROOM, form)
    try:
        text: str = file.render(summary, findings, only=only)
    except BenchError:
        raise
    except Exception as fault:
        if form in registry.files(ROOM):
            raise
        raise plugins.failed(ROOM, form, fault) from fault
    return text


def page_of_others(summary: Summary, only: Sequence[str] = ()) -> Page | None:
    """Return what there is to report of a file that another tool wrote; None for a run of ours.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    if summary.run is None or not summary.run.plain:
        return None
    from waitbench.report import suites
    from waitbench.report.others import one_run

    suites.arranged(summary, only)
    return one_run.of(summary)


def files(
    form: str,
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    shown: Sequence[Picture] = (),
) -> Mapping[str, str]:
    """Write the report in one format as files: their stable names, and the text of each.

    Most formats are one file, `report.tex`; one that is several, or that shows the pictures that
    lie beside it as SVG, has a function `files` of its own.

    Raises:
        BenchError: no such format, or the run holds no such suite.
    """
    if form in TEXTS and page_of_others(summary, only):
        return {f"{STEM}.{suffix(form)}": render(form, summary, findings, only=only)}
    own = getattr(registry.load(ROOM, form), "files", None)
    if own is None or form not in registry.files(ROOM):
        return {f"{STEM}.{suffix(form)}": render(form, summary, findings, only=only)}
    made: Mapping[str, str] = own(summary, findings, only=only, shown=shown)
    return made
