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


def report(results: Sequence[str], form: str, output: str | None) -> int:
    """Show saved results, or write them in a format to a file.

    Raises:
        BenchError: no such results or format.
    """
    from bench import runs
    from bench.report import formats, render

    if form not in formats():
        raise BenchError(f"there is no format {form!r}; there are {', '.join(formats())}")
    folder = results_folder()
    paths = [runs.resolve(text, folder) for text in results] or [runs.latest(folder)]
    reports = [read(path) for path in paths]
    if form == "terminal" and output is None:
        for summary, findings in reports:
            show(summary, findings)
        return 0
    text = "\n".join(render(form, summary, findings) for summary, findings in reports)
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


def show(summary: Summary, findings: Sequence[Finding]) -> None:
    """Print the report as wide as the terminal is."""
    from rich.console import Console

    from bench.report import terminal

    terminal.show(summary, findings, Console(file=sys.stdout))
