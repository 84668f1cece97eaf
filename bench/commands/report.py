"""`waitbench report`: the tables and findings of saved results, again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Summary
    from bench.findings import Finding

ROOT = Path(__file__).parents[2]


def results_folder() -> Path:
    """Where runs are stored: `results/` of the checkout, or here if there is no checkout."""
    return (ROOT if (ROOT / "pyproject.toml").is_file() else Path.cwd()) / "results"


def resolved(results: str | None) -> Path:
    """Give the file that was meant: by its path, by the number of a stored one, or the newest.

    Raises:
        BenchError: there is none.
    """
    from bench import runs

    folder = results_folder()
    return runs.latest(folder) if results is None else runs.resolve(results, folder)


def report(
    results: Sequence[str], form: str, output: str | None, suites: Sequence[str] = ()
) -> int:
    """Show saved results, or write them in a format to a file.

    Args:
        results: files or numbers of stored ones; the newest when empty.
        form: the format's name.
        output: file to write to; None for the screen.
        suites: those whose tables are wanted, and nothing else; all when empty.

    Raises:
        BenchError: no such results, format or suite.
    """
    from bench.report import formats, render

    if form not in formats():
        raise BenchError(f"there is no format {form!r}; there are {', '.join(formats())}")
    reports = [read(path) for path in (map(resolved, results) if results else [resolved(None)])]
    if form == "terminal" and output is None:
        for summary, findings in reports:
            show(summary, findings, suites)
        return 0
    text = "\n".join(render(form, summary, findings, only=suites) for summary, findings in reports)
    if output is None:
        print(text, end="")
        return 0
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as refused:
        raise BenchError(f"the report could not be written: {refused}") from None
    return 0


def read(path: Path) -> tuple[Summary, list[Finding]]:
    """Read a results file and draw the conclusions.

    Raises:
        BenchError: it is not one, or is damaged.
    """
    from bench import runs
    from bench.findings import find_all
    from bench.summary import summarise

    summary = summarise(runs.load(path))
    return summary, find_all(summary)


def show(summary: Summary, findings: Sequence[Finding], suites: Sequence[str] = ()) -> None:
    """Print the report as wide as the terminal is, or of some suites just the tables."""
    from rich.console import Console

    from bench.report import terminal

    terminal.show(summary, findings, Console(file=sys.stdout), only=suites)
