"""Saved results as the commands find them: by path, by number, or the newest."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError
from waitbench.system.checkout import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding


def results_folder() -> Path:
    """Where runs are stored: `results/` of the checkout, or here if there is no checkout."""
    return (CHECKOUT or Path.cwd()) / "results"


def resolved(results: str | None) -> Path:
    """Return the file that was meant: by its path, by the number of a stored one, or the newest.

    Raises:
        BenchError: there is none.
    """
    from waitbench.results import storage

    folder = results_folder()
    return storage.latest(folder) if results is None else storage.resolve(results, folder)


def read(path: Path) -> tuple[Summary, list[Finding]]:
    """Read a results file and draw the conclusions.

    Raises:
        BenchError: it is not one, or is damaged.
    """
    from waitbench.analysis.summary import summarise
    from waitbench.findings import find_all
    from waitbench.results import load

    with sense(path):
        run = load.load(path, foreign=True)
        summary = summarise(run)
        # What was not raced says nothing to any claim.
        return summary, [] if run.plain or summary.of_functions else find_all(summary)


@contextmanager
def sense(path: Path) -> Iterator[None]:
    """Raise BenchError for a damaged file, where nothing sensible can be made of a value in it.

    A results file has some hundred kinds of values, and anybody may have edited them: what a
    wrong one breaks is seen where it is used, and not worth a check of its own everywhere.

    Raises:
        BenchError: for what would else be a traceback.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        fault = " ".join(f"{type(error).__name__}: {error}".split())
        raise BenchError(
            f"{path} holds a value that no report can be made of ({fault}); "
            "measure again with `waitbench run`, or give another file"
        ) from error
