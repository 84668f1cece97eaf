"""`waitbench writeup`: one folder for an article, with draft, figures, data and checksums."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file, parsing
from waitbench.commands._report_formats import listed
from waitbench.commands._results import read, resolved, sense
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Summary
    from waitbench.report.others.page import Page

DRAFT, MANIFEST = "article.md", "MANIFEST.sha256"
RUN, MEASUREMENTS, ROWS, TABLES = (
    "data/run.json.gz",
    "data/measurements.csv.gz",
    "data/summary.csv",
    "report.tex",
)
SHOWN = ("svg", "pdf")
"""Formats of pictures without which the draft and the tables would have none."""
FILES = (
    (DRAFT, "this draft"),
    ("figures/", "every picture"),
    (RUN, "the results themselves, from which all else is made"),
    (MEASUREMENTS, "a row for each round"),
    (ROWS, "a row for each contestant, with intervals"),
    (TABLES, "all pictures and all tables of all suites, for LaTeX"),
    (MANIFEST, "checksums of all these"),
)


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = parsing.ending(
        "waitbench writeup",
        "waitbench writeup 0003 -o article",
        "waitbench writeup latest --figures png",
    )
    parser.add_argument("results", nargs="?", metavar="RUN", help=parsing.RUN)
    parser.add_argument(
        "-o", "--output", metavar="DIR", default="writeup", help="the folder (default: writeup)"
    )
    parser.add_argument(
        "--figures", metavar="A,B", default="svg,png,pdf", help="svg and pdf (always), png"
    )


def main(arguments: argparse.Namespace) -> int:
    """Write the folder, the same bytes from the same results.

    Raises:
        BenchError: no such results, or a file cannot be written.
    """
    from waitbench.presentation import vega
    from waitbench.report import page_of_others

    asked = listed(arguments.figures)
    vega.check([*SHOWN, *asked])
    figures = [form for form in vega.FORMATS if form in {*SHOWN, *asked}]
    folder, path = Path(arguments.output), resolved(arguments.results)
    if folder.exists() and not folder.is_dir():
        raise BenchError(f"{folder} is a file; -o names a folder")
    if path.is_fifo():
        raise BenchError("a write-up keeps the results file: give its name, and no pipe")
    summary, findings = read(path)
    if page := page_of_others(summary):
        files = _of_others(page, path, folder)
        _save(folder, files)
        _print_summary(folder, summary, files)
        return 0
    content = _bytes(path)
    from waitbench.charts import pictures
    from waitbench.report import writeup
    from waitbench.report.formats import csv, latex

    words = ["waitbench", "writeup", str(path), "-o", str(folder)]
    words += ["--figures", ",".join(figures)] if figures != list(vega.FORMATS) else []
    with sense(path):
        drawn = pictures(summary)
        written = vega.write(drawn, folder / "figures", figures)
        there = {path.stem for path in written if path.suffix == ".svg"}
        shown = [picture for picture in drawn if picture.name in there]
        draft = writeup.draft(summary, findings, shown, again=plain(shlex.join(words)), files=FILES)
        files = {
            DRAFT: draft.encode(),
            RUN: _packed(content),
            MEASUREMENTS: _packed(csv.measurements(summary).encode()),
            ROWS: csv.render(summary, findings).encode(),
            TABLES: latex.render(summary, findings).encode(),
        }
    files |= {f"figures/{path.name}": path.read_bytes() for path in written}
    _save(folder, files)
    _print_summary(folder, summary, files)
    return 0


def _of_others(page: Page, path: Path, folder: Path) -> dict[str, bytes]:
    """Return the folder on what another tool measured: the page, its tables, and the file itself.

    Nothing of it was raced, so that there are no claims to decide; what names a host stays here.
    """
    import json

    from waitbench.report import others
    from waitbench.results import document
    from waitbench.results.publishable import publishable

    again = shlex.join(["waitbench", "writeup", str(path), "-o", str(folder)])
    draft = others.written("markdown", page)
    content = json.dumps(publishable(document.read(path)), indent=1) + "\n"
    return {
        DRAFT: f"{draft}\n## How to reproduce\n\n```sh\n{plain(again)}\n```\n".encode(),
        RUN: _packed(content.encode()),
        ROWS: others.written("csv", page).encode(),
        TABLES: others.written("latex", page).encode(),
    }


def _bytes(path: Path) -> bytes:
    """Return the bytes of a results file, unpacked if need be."""
    import zlib

    from waitbench.results import document

    try:
        return document.unpacked(path)
    except (OSError, EOFError, zlib.error) as refused:
        raise BenchError(f"{path} cannot be read: {refused}") from None


def _packed(content: bytes) -> bytes:
    """Return content compressed without a time or a name in it: the same bytes each time."""
    import gzip

    return gzip.compress(content, 9, mtime=0)


def _save(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files, and last the manifest, as `sha256sum -c` reads it."""
    from hashlib import sha256

    sums = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic_file.write(path, content)
        atomic_file.write(folder / MANIFEST, "".join(sums))
    except OSError as refused:
        raise BenchError(f"the write-up could not be written: {refused}") from None


def _print_summary(folder: Path, summary: Summary, files: Mapping[str, bytes]) -> None:
    from waitbench import formatting

    size = formatting.size(sum(map(len, files.values())))
    print(plain(f"written into {folder}: {DRAFT} and {len(files)} more files, {size} in all"))
    print(plain(f"  draft     {folder / DRAFT}"))
    print(plain(f"  check     (cd {shlex.quote(str(folder))} && sha256sum -c {MANIFEST})"))
    print(plain(f"  made from {summary.path}"))
