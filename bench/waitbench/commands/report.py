"""`waitbench report`: the tables and findings of saved results, again, in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import _trackers
from waitbench.commands._others import compared
from waitbench.commands._results import read, resolved, sense
from waitbench.pytest_plugin.run_options import timed
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.report.closing import Line
    from waitbench.report.others.page import Page

    Report = tuple[Summary, Sequence[Finding]]

COMPARED = ("terminal", "markdown")
"""Formats in which several runs stand on one page."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "results", nargs="*", help="files, or their numbers in results/ (default: the newest)"
    )
    parser.add_argument(
        "--format",
        metavar="A,B",
        help="terminal (default), html, markdown (or md), csv, json, latex; for trackers bencher, "
        "otava, github-action-benchmark; several with -o DIR",
    )
    parser.add_argument("--figures", metavar="A,B", help="pictures too: svg, png, pdf; with -o DIR")
    parser.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="just its tables; repeatable"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PLACE",
        help="a file, whose suffix chooses the format, or a folder: report.html, report.md …",
    )
    loudness(parser)


def loudness(parser: argparse.ArgumentParser) -> None:
    """Add what says how much is told on a terminal: `-v` or `-q`."""
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="how to read it, methods and environment too, as the page has them",
    )
    how_much.add_argument("-q", "--quiet", action="store_true", help="the answer alone, in a line")


def main(arguments: argparse.Namespace) -> int:
    """Show saved results, or write them to a file or into a folder.

    Raises:
        BenchError: no such results, format or suite, or a file cannot be written.
    """
    figures = _figures(arguments.figures)
    asked, place = listed(arguments.format), arguments.output
    # Pictures beside one file, as -o page.html --figures svg: they go into its folder.
    beside = bool(place and figures and len(asked) < 2 and _is_file(place))  # noqa: PLR2004
    into = bool(place) and _folder(place, many=len(asked) > 1 or (bool(figures) and not beside))
    forms = _possible(_forms(asked, place, into=into, figures=bool(figures) and not beside))
    if place is None and (len(forms) > 1 or figures):
        raise BenchError("several formats, and figures, go into a folder: add -o DIR")
    reports = [read(path) for path in _inputs(arguments.results or [None], place)]
    if forms == [_trackers.SERIES] and len(reports) > 1:
        return _trackers.series([each for each, _ in reports], place, arguments.suite, into=into)
    if comparison := compared([summary.run for summary, _ in reports if summary.run]):
        return one_page(comparison, arguments)
    if into:
        return _into(Path(place), reports, forms, figures, arguments.suite)
    if len(reports) > 1 and forms[0] not in COMPARED:
        raise BenchError(f"several runs as {forms[0]} go into a folder: add -o DIR")
    if place is None and forms == ["terminal"]:
        _on_terminal(reports, arguments)
        return 0
    text = _text(reports, forms[0], arguments.suite)
    if place is None:
        print(text, end="")
    else:
        _to_file(Path(place), text, reports, figures if beside else [])
    return 0


def _inputs(names: Sequence[str | None], place: str | None) -> list[Path]:
    """Return the files that are read.

    Raises:
        BenchError: the report would take the place of one of them, or there is no such file.
    """
    paths = [resolved(name) for name in names]
    for path in paths:
        if place and Path(place).is_file() and path.is_file() and path.samefile(place):
            raise BenchError(f"{place} is what is read; give -o another name")
    return paths


def _on_terminal(reports: Sequence[Report], arguments: argparse.Namespace) -> None:
    runs = [summary for summary, _ in reports]
    if len(runs) > 1:
        _side_by_side(runs)
    for summary, findings in reports:
        with sense(summary.path):
            show(summary, findings, arguments, arguments.suite)


def _to_file(place: Path, text: str, reports: Sequence[Report], figures: Sequence[str]) -> None:
    """Write one file and, where pictures are wanted too, those into its folder."""
    from waitbench.presentation.files import save
    from waitbench.report.folder import write

    written = save(place.parent, {place.name: text})
    if figures:
        for summary, findings in reports:
            written += write(place.parent, summary, findings, forms=[], figures=figures)
        print(f"written: {', '.join(map(str, written))}")


def _is_file(place: str) -> bool:
    """Check whether a file in one of the formats was meant, and no folder."""
    from waitbench import registry
    from waitbench.report import ROOM

    suffix = Path(place).suffix.removeprefix(".")
    return suffix in registry.suffixes(ROOM) and not Path(place).is_dir()


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
    asked, place = listed(arguments.format), arguments.output
    into = bool(place) and _folder(place, many=len(asked) > 1)
    forms = _forms(asked, place, into=into, figures=False)
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


def show(
    summary: Summary,
    findings: Sequence[Finding],
    arguments: argparse.Namespace,
    suites: Sequence[str] = (),
    more: Sequence[Line] = (),
) -> None:
    """Print the report as wide as the terminal is: tables first, and last of all the answer.

    Args:
        summary: of the run.
        findings: of every claim on it.
        arguments: how much is wanted: `verbose`, `quiet`.
        suites: of these alone the tables are shown.
        more: lines of the answer that only the caller knows: where the results are.
    """
    from rich.console import Console

    from waitbench.report import others, page_of_others

    console = Console(file=sys.stdout)
    if page := page_of_others(summary, suites):
        others.show(page, console)
        return
    from waitbench.report import closing
    from waitbench.report.formats import terminal

    answer = closing.lines(summary, findings, timed)
    if arguments.quiet:
        print(closing.brief([*answer, *more]))
        return
    brief = not (arguments.verbose or suites)
    terminal.show(summary, findings, console, only=suites, brief=brief)
    if not suites:
        closing.show(console, answer, more)


def _figures(words: str | None) -> list[str]:
    """Return the formats of pictures that were asked for; what draws them is slow to import."""
    if figures := listed(words):
        from waitbench.presentation import vega

        vega.check(figures)
    return figures


def listed(words: str | None) -> list[str]:
    """Read `a,b` as a list, each once."""
    return list(dict.fromkeys(word for part in (words or "").split(",") if (word := part.strip())))


def _folder(place: str, *, many: bool) -> bool:
    """Whether a folder was meant: there is one, it takes several files, or it has no suffix."""
    path = Path(place)
    if path.exists():
        if many and not path.is_dir():
            raise BenchError(f"several formats, and figures, go into a folder; {place} is a file")
        return path.is_dir()
    return many or place.endswith("/") or not path.suffix


def _forms(asked: Sequence[str], place: str | None, *, into: bool, figures: bool) -> list[str]:
    """Choose the formats: what was asked for, what the file's suffix says, or the usual."""
    from waitbench import registry
    from waitbench.report import ROOM, named

    if asked:
        return list(dict.fromkeys(map(named, asked)))
    if into:
        return [] if figures else ["html"]
    if place is None:
        return ["terminal"]
    suffix, formats = Path(place).suffix.removeprefix("."), registry.suffixes(ROOM)
    # A suffix of two parts is the surer one: report.otava.csv is no plain CSV.
    suffix = next((each for each in formats if "." in each and place.endswith(f".{each}")), suffix)
    if suffix and suffix not in formats:
        suffixes = ", ".join(f".{each}" for each in formats)
        raise BenchError(f"no format has the suffix .{suffix}; there are {suffixes}")
    return [formats.get(suffix, "terminal")]


def _possible(forms: list[str]) -> list[str]:
    """Return formats, unless what makes one of them is not installed.

    Raises:
        BenchError: names it, before anything is read.
    """
    if "html" in forms:
        from waitbench.presentation import page

        page.check()
    return forms


def _text(
    reports: Sequence[tuple[Summary, Sequence[Finding]]], form: str, suites: Sequence[str]
) -> str:
    from waitbench import registry
    from waitbench.report import ROOM, render, side_by_side

    runs = [summary for summary, _ in reports]
    texts = [side_by_side.markdown(runs)] if len(runs) > 1 and form == "markdown" else []
    for summary, findings in reports:
        with sense(summary.path):
            texts.append(render(form, summary, findings, only=suites))
        _trackers.tell_left_out(registry.load(ROOM, form), summary, suites)
    return "\n".join(texts)


def _side_by_side(runs: Sequence[Summary]) -> None:
    from rich.console import Console

    from waitbench.report import side_by_side

    side_by_side.show(Console(file=sys.stdout), runs)


def _into(
    place: Path,
    reports: Sequence[tuple[Summary, Sequence[Finding]]],
    forms: Sequence[str],
    figures: Sequence[str],
    suites: Sequence[str],
) -> int:
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
