"""`waitbench run`: race the suites through pytest, save the results, show the report."""

from __future__ import annotations

import io
import os
import re
import sys
import warnings
from collections import Counter
from contextlib import redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands._results import read, results_folder
from waitbench.commands.list import suites
from waitbench.commands.report import show
from waitbench.scenario import BenchError
from waitbench.system.checkout import CHECKOUT, PACKAGES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.pytest_plugin.session_outcome import Witness

SUITES = PACKAGES / "waitbench" / "suites"
PLUGIN = "waitbench.pytest_plugin.plugin"
"""A checkout's conftest names it too; beside an installed package there is none."""
INTERRUPTED, FAILED = 130, 1
PYTEST_INTERRUPTED, PYTEST_NOTHING = 2, 5
_FAILED = re.compile(r"_{3,} .* _{3,}$")
"""What stands over each failure that pytest tells of."""
_OURS = f"{BenchError.__module__}.{BenchError.__qualname__}: "

RACED = (
    ("--models", "A,B", "who takes part: sync,threads,processes,asyncio, or see `list`"),
    ("--latency", "DIST", "latency of the target: 50ms, 'lognormal(p50=20ms,p99=200ms)' …"),
    ("--tasks", "N", "tasks in a round"),
    ("--concurrency", "C", "how many of them at once"),
    ("--budget", "SECONDS", "time for the whole run"),
    ("--launches", "L", "fresh starts of all workers: more of them, surer figures"),
    ("--seed", "N", "seed of the order within blocks and of the injected latencies"),
    ("--round-timeout", "SECONDS", "longest that one round may take"),
    ("--postgres", "DSN", "a PostgreSQL server to use (default: start one where it is installed)"),
)
"""Options of `run` that go to the suites as they are."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument("suite", nargs="*", help="suites to run (default: all; see `list`)")
    parser.add_argument(
        "-k", metavar="EXPR", help="only what matches, as in pytest: 'http and 50ms'"
    )
    parser.add_argument("--quick", action="store_true", help="a few scenarios in half a minute")
    parser.add_argument(
        "--full", action="store_true", help="all scenarios of all suites: six minutes"
    )
    for option, metavar, text in RACED:
        parser.add_argument(option, metavar=metavar, help=text)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the results here, not results/"
    )


def main(arguments: argparse.Namespace) -> int:
    """Race the suites that are named (all when none is), save the results, show the report.

    Returns:
        0; 1 if a contestant failed; 130 if it was stopped.

    Raises:
        BenchError: no such suite, a mistake in the options, or the output cannot be written.
    """
    chosen, output = arguments.suite, arguments.output
    unknown = [name for name in chosen if name not in suites()]
    if unknown:
        raise BenchError(f"there is no suite {unknown[0]!r}; there are {', '.join(suites())}")
    from waitbench.pytest_plugin.session_outcome import Witness

    before = _newest(results_folder())
    witness = Witness()
    status, said = _pytest([*_files(chosen), *_options(arguments), *_saving(output)], witness)
    saved = Path(output) if output else _newest(results_folder())
    rescue = witness.rescue()
    if rescue:
        print(f"waitbench: {rescue.sentence}", file=sys.stderr)
        saved = rescue.path
    if saved == before or saved is None or not saved.is_file() or witness.left_out():
        if witness.mistake:
            raise BenchError(witness.mistake)
        if witness.left_out():
            raise BenchError(f"nothing of that can run here: {'; '.join(witness.left_out())}")
        if status == PYTEST_NOTHING:
            raise BenchError("no contestant matches -k; `waitbench list` names the scenarios")
        print(_complaint(said), file=sys.stderr)
        return INTERRUPTED if status == PYTEST_INTERRUPTED else FAILED
    summary, findings = read(saved)
    show(summary, findings)
    print(f"\nsaved: {_short(saved)}    again: waitbench report {_short(saved)}")
    print(_page(saved, summary, findings))
    return {0: 0, PYTEST_INTERRUPTED: INTERRUPTED}.get(status, FAILED)


def _page(saved: Path, summary: Summary, findings: Sequence[Finding]) -> str:
    """Write the report as a page beside the results, and name it, or say why there is none.

    What was measured is saved and shown by now: a page that cannot be made spoils nothing.
    """
    page = saved.with_suffix(".html") if saved.suffix == ".json" else Path(f"{saved}.html")
    try:
        from waitbench import atomic_file
        from waitbench.report import render

        atomic_file.write(page, render("html", summary, findings))
    except Exception as fault:  # noqa: BLE001  whatever it is, the run has succeeded
        return f"no page: {page.name} could not be written ({type(fault).__name__}: {fault})"
    here = Path.cwd()
    return f"page: {page.relative_to(here) if page.is_relative_to(here) else page}"


def _options(arguments: argparse.Namespace) -> list[str]:
    """Write them as pytest is to read them."""
    names = [option.removeprefix("--") for option, _, _ in RACED]
    given = {name: getattr(arguments, name.replace("-", "_")) for name in names}
    options = [f"--{name}={value}" for name, value in given.items() if value is not None]
    options += [f"--{name}" for name in ("quick", "full") if getattr(arguments, name)]
    return [*options, *(["-k", arguments.k] if arguments.k else [])]


def _files(chosen: Sequence[str]) -> list[str]:
    return [str(SUITES / f"test_{name}.py") for name in chosen] or [str(SUITES)]


def _saving(output: str | None) -> list[str]:
    if output is None:
        storage = f"--benchmark-storage=file://{results_folder()}"
        return [storage, "--benchmark-autosave", "--benchmark-save-data"]
    if not Path(output).absolute().parent.is_dir():
        raise BenchError(f"there is no folder {Path(output).parent} to write {output} into")
    return [f"--benchmark-json={output}"]


def _pytest(arguments: Sequence[str], witness: Witness) -> tuple[int, str]:
    """Run pytest here, with its own words kept aside: progress goes to stderr, as ever."""
    import pytest

    config = CHECKOUT / "pyproject.toml" if CHECKOUT else os.devnull
    quiet = ["--benchmark-only", "--benchmark-quiet", "-q", "--no-header", "-p", "no:cacheprovider"]
    own = ["-c", str(config), f"--rootdir={CHECKOUT or PACKAGES}", "-p", PLUGIN]
    words = io.StringIO()
    with redirect_stdout(words), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nothing was saved is said in our own words
        status = int(pytest.main([*own, *quiet, *arguments], plugins=[witness]))
    return status, words.getvalue()


def _newest(folder: Path) -> Path | None:
    from waitbench.results import load

    try:
        return load.latest(folder)
    except BenchError:
        return None


def _complaint(said: str) -> str:
    """Pick the reasons out of what pytest said, each of them once."""
    lines = [line.strip() for line in said.splitlines()]
    raised = [line.removeprefix("E").strip() for line in lines if line.startswith("E  ")]
    failed = [
        why.partition(": ")[2]  # after who it was
        for above, why in pairwise(lines)
        if _FAILED.match(above)
    ]
    ended = [line for line in lines if line.startswith(("ERROR", "FAILED"))]
    reasons = Counter(line.removeprefix(_OURS) for line in raised or failed or ended)
    told = [f"{reason} ({many} times)" if many > 1 else reason for reason, many in reasons.items()]
    return "waitbench: " + ("\n".join(told) or "nothing was measured:\n" + said.strip())


def _short(path: Path) -> str:
    """Name a stored run by its number, another file by its path."""
    if path.is_relative_to(results_folder()):
        return path.name.partition("_")[0]
    return str(path)
