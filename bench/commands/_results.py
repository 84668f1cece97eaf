"""Saved results as the commands find them: by path, by number, or the newest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
