"""Where the results of a run go, and the page that is written beside them."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands._results import results_folder
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.last_screen import Line
    from waitbench.pytest_plugin.session_outcome import SessionOutcome

NO_PAGE = "none: "


def part_file(output: str | None) -> Path:
    """Return where the results are written before they get their name.

    Raises:
        BenchError: its folder cannot be made, or nothing can be written into it.
    """
    place = Path(output).resolve() if output else results_folder() / own_name("get_machine_id")
    if output is None:
        folder = place
    elif place.exists() and not place.is_file():  # a device or a pipe gets them when all is done
        folder = Path(tempfile.gettempdir())
    else:
        folder = place.parent
    part = folder / f".{place.name}.{os.getpid()}.json"
    try:
        if output is not None and place.is_dir():
            raise BenchError(f"{output} is a folder; name a file for the results")
        folder.mkdir(parents=True, exist_ok=True)
        if place.is_char_device():
            with place.open("wb", buffering=0) as device:
                device.write(b"")  # one that takes nothing says so now
        part.touch()
        part.unlink()
    except OSError as refused:
        raise BenchError(f"no results can be written to {output or folder}: {refused}") from None
    return part


def own_name(function: str) -> str:
    """Return a name of pytest-benchmark's own making, as its storage has them."""
    from pytest_benchmark import utils

    return str(getattr(utils, function)())


def kept(part: Path, output: str | None, outcome: SessionOutcome) -> Path | None:
    """Return the results under their name; None where there are none."""
    rescue = outcome.rescue()
    if rescue:
        part.unlink(missing_ok=True)
        print(plain(f"waitbench: {rescue.sentence}"), file=sys.stderr)
        return rescue.path
    if not part.is_file():
        return None
    try:
        if output is None:
            from waitbench.results import store

            return store.keep(part, own_name("get_tag"))
        place = Path(output).resolve()
        if not place.exists() or place.is_file():
            return part.replace(place)
        place.write_bytes(part.read_bytes())
    except OSError as refused:
        outcome.refused = True
        sentence = f"the results could not be written ({refused}); they were kept in {part}"
        print(plain(f"waitbench: {sentence}"), file=sys.stderr)
    return part


def places(saved: Path, summary: Summary, findings: Sequence[Finding]) -> list[Line]:
    """Return where the results are with how they are shown again, and where their page is."""
    from waitbench.presentation.last_screen import PAGE, Line

    name, page = short(saved), written_page(saved, summary, findings)
    return [
        saved_line(f"{_where(saved)}: `waitbench report {name}` shows it again"),
        Line(word=PAGE, text=page, whole=not page.startswith(NO_PAGE)),
    ]


def saved_line(name: str) -> Line:
    from waitbench.presentation.last_screen import SAVED, Line

    return Line(word=SAVED, text=name, whole=True)


def written_page(saved: Path, summary: Summary, findings: Sequence[Finding]) -> str:
    """Write the report as a page beside the results; return its name, or why there is none.

    What was measured is saved and shown by now: a page that cannot be made spoils nothing.
    """
    page = _page_of(saved)
    try:
        from waitbench import atomic_file
        from waitbench.presentation.page import check
        from waitbench.report import render

        check()  # before its drawings are missed, each by a line of its own
        atomic_file.write(page, render("html", summary, findings))
    except BenchError as lack:
        return f"{NO_PAGE}{lack}"
    except Exception as fault:  # noqa: BLE001  whatever it is, the run has succeeded
        return f"{NO_PAGE}{page.name} could not be written ({type(fault).__name__}: {fault})"
    here = Path.cwd()
    return str(page.relative_to(here) if page.is_relative_to(here) else page)


def _page_of(saved: Path) -> Path:
    """Return the file of a run's page: 0001.html beside a stored one, else named as the run is."""
    if saved.is_relative_to(results_folder()):
        return saved.with_name(f"{short(saved)}.html")
    return saved.with_suffix(".html") if saved.suffix == ".json" else Path(f"{saved}.html")


def _where(saved: Path) -> str:
    """Return a run's name, and the folder that it was stored in where that is one of here."""
    folder, here = results_folder(), Path.cwd()
    stored = saved.is_relative_to(folder) and folder.is_relative_to(here)
    return f"{short(saved)}{f' in {folder.relative_to(here)}/' if stored else ''}"


def short(path: Path) -> str:
    """Name a stored run by its number, another file by its path."""
    if path.is_relative_to(results_folder()):
        return path.name.partition("_")[0]
    return str(path)
