"""`waitbench run`: race the suites through pytest, save the results, show the report."""

from __future__ import annotations

import io
import os
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from bench.commands.listing import suites
from bench.commands.report import ROOT, read, results_folder, show
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from bench.suites.storage import Rescue

SUITES = ROOT / "bench" / "suites"
INTERRUPTED, FAILED, USAGE = 130, 1, 2
PYTEST_INTERRUPTED, PYTEST_USAGE, PYTEST_NOTHING = 2, 4, 5


def run(chosen: Sequence[str], options: Sequence[str], output: str | None) -> int:
    """Race the suites, save the results, show the report.

    Args:
        chosen: names of suites; all when empty.
        options: our own options of pytest, as they are typed.
        output: file for the results; stored in `results/` by default.

    Returns:
        0; 1 if a contestant failed; 2 for a mistake in the options; 130 if it was stopped.

    Raises:
        BenchError: no such suite, or the output cannot be written.
    """
    unknown = [name for name in chosen if name not in suites()]
    if unknown:
        raise BenchError(f"there is no suite {unknown[0]!r}; there are {', '.join(suites())}")
    before = _newest(results_folder())
    witness = Witness()
    status, said = _pytest([*_files(chosen), *options, *_saving(output)], witness)
    saved = Path(output) if output else _newest(results_folder())
    rescue = witness.rescue()
    if rescue:
        print(f"waitbench: {rescue.sentence}", file=sys.stderr)
        saved = rescue.path
    if saved == before or saved is None or not saved.is_file() or witness.left_out():
        if status == PYTEST_USAGE:  # it has said why, in a line on stderr
            return USAGE
        if witness.left_out():
            raise BenchError(f"nothing of that can run here: {'; '.join(witness.left_out())}")
        if status == PYTEST_NOTHING:
            raise BenchError("no contestant matches -k; `waitbench list` names the scenarios")
        print(_complaint(said), file=sys.stderr)
        return INTERRUPTED if status == PYTEST_INTERRUPTED else FAILED
    summary, findings = read(saved)
    show(summary, findings)
    print(f"\nsaved: {_short(saved)}    again: waitbench report {_short(saved)}")
    return {0: 0, PYTEST_INTERRUPTED: INTERRUPTED}.get(status, FAILED)


def _files(chosen: Sequence[str]) -> list[str]:
    return [str(SUITES / f"test_{name}.py") for name in chosen] or [str(SUITES)]


def _saving(output: str | None) -> list[str]:
    if output is None:
        storage = f"--benchmark-storage=file://{results_folder()}"
        return [storage, "--benchmark-autosave", "--benchmark-save-data"]
    if not Path(output).absolute().parent.is_dir():
        raise BenchError(f"there is no folder {Path(output).parent} to write {output} into")
    return [f"--benchmark-json={output}"]


class Witness:
    """A plugin that keeps the session's configuration, to ask it afterwards what happened."""

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep it."""
        self._config = config

    def left_out(self) -> list[str]:
        """Why nothing raced, each reason once; empty if something did or nobody was selected."""
        from bench.suites.storage import LEFT_OUT, RUN

        config = getattr(self, "_config", None)
        if config is None or RUN in config.stash:
            return []
        return list(dict.fromkeys(one["reason"] for one in config.stash.get(LEFT_OUT, [])))

    def rescue(self) -> Rescue | None:
        """Where the results went when their place refused them; None if nothing was wrong."""
        from bench.suites.storage import RESCUED

        config = getattr(self, "_config", None)
        return config.stash.get(RESCUED, None) if config else None


def _pytest(arguments: Sequence[str], witness: Witness) -> tuple[int, str]:
    """Run pytest here, with its own words kept aside: progress goes to stderr, as ever."""
    import pytest

    config = ROOT / "pyproject.toml"
    quiet = ["--benchmark-only", "--benchmark-quiet", "-q", "--no-header", "-p", "no:cacheprovider"]
    own = ["-c", str(config) if config.is_file() else os.devnull, f"--rootdir={ROOT}"]
    words = io.StringIO()
    with redirect_stdout(words), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nothing was saved is said in our own words
        status = int(pytest.main([*own, *quiet, *arguments], plugins=[witness]))
    return status, words.getvalue()


def _newest(folder: Path) -> Path | None:
    from bench import runs

    try:
        return runs.latest(folder)
    except BenchError:
        return None


def _complaint(said: str) -> str:
    """Pick the lines that matter out of what pytest said."""
    lines = [line.strip() for line in said.splitlines()]
    marks = ("ERROR", "E  ", "FAILED")
    told = [line for line in lines if line.startswith(marks)]
    return "waitbench: " + ("\n".join(told) or "nothing was measured:\n" + said.strip())


def _short(path: Path) -> str:
    """Name a stored run by its number, another file by its path."""
    if path.is_relative_to(results_folder()):
        return path.name.partition("_")[0]
    return str(path)
