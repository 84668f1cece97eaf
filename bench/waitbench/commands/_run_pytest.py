"""A run through pytest: what it is called with, and why nothing was measured."""

from __future__ import annotations

import io
import os
import sys
import warnings
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from waitbench.commands import INTERRUPTED, REFUSED
from waitbench.commands._results import results_folder
from waitbench.parsing.invocation import typed
from waitbench.pytest_plugin.run_options import OPTIONS
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError
from waitbench.system.checkout import CHECKOUT, PACKAGES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.pytest_plugin.session_outcome import SessionOutcome

SUITES = PACKAGES / "waitbench" / "suites"
PLUGIN = "waitbench.pytest_plugin.plugin"
"""A checkout's conftest names it too; beside an installed package there is none."""
FAILED = 1
OF_PYTEST = "INTERNALERROR> "
WRONG_K = "Wrong expression passed to '-k': "
EXPRESSION = "write parts of names with and, or, not and brackets, as in 'http and not 50ms'"
PYTEST_INTERRUPTED, PYTEST_NOTHING = 2, 5
FOR_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
"""Variables of pytest's that would change a run unseen; its others only lose their meaning here."""


def words(arguments: argparse.Namespace, part: Path) -> list[str]:
    """Return what pytest is called with for what was typed.

    Args:
        arguments: as they were typed.
        part: the file for the results.

    Raises:
        BenchError: `-k` is empty.
    """
    return [*_files(arguments.suite), *_options(arguments), *_saving(part)]


def _files(chosen: Sequence[str]) -> list[str]:
    return [str(SUITES / f"test_{name}.py") for name in chosen] or [str(SUITES)]


def _options(arguments: argparse.Namespace) -> list[str]:
    """Return them as pytest is to read them.

    Raises:
        BenchError: `-k` is empty.
    """
    if arguments.k == "":  # of all others the plugin says so
        raise BenchError("-k is empty, as of a variable that is not set")
    options = ["-k", arguments.k] if arguments.k else []
    options += ["--waitbench-force"] if arguments.force else []
    for option in OPTIONS:
        value = getattr(arguments, option.key)
        if option.value is None:
            options += [option.name] if value else []
        elif value is not None:
            options.append(f"{option.name}={value}")
    return options


def _saving(part: Path) -> list[str]:
    return [f"--benchmark-storage=file://{results_folder()}", f"--benchmark-json={part}"]


def called(arguments: Sequence[str], outcome: SessionOutcome) -> tuple[int, str]:
    """Run pytest here, with its own words kept aside: progress goes to stderr, as ever."""
    import pytest

    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        if os.environ.pop(name) and name in FOR_PYTEST:
            print(f"waitbench: {name} is set, and does not count here", file=sys.stderr)
    config = CHECKOUT / "pyproject.toml" if CHECKOUT else os.devnull
    quiet = ["--benchmark-only", "--benchmark-quiet", "-q", "--no-header", "-p", "no:cacheprovider"]
    own = ["-c", str(config), f"--rootdir={CHECKOUT or PACKAGES}", "-p", PLUGIN]
    printed = io.StringIO()
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nothing was saved is said in our own words
        status = int(pytest.main([*own, *quiet, *arguments], plugins=[outcome]))
    return status, printed.getvalue()


def nothing(status: int, outcome: SessionOutcome, printed: str) -> int:
    """Print why nothing was measured; return the exit status.

    Raises:
        BenchError: it was a mistake in what was asked for.
    """
    if outcome.mistake.startswith(WRONG_K):
        given = outcome.mistake.removeprefix(WRONG_K).partition(": at column")[0]
        raise BenchError(f"-k {given!r} is no expression; {EXPRESSION}")
    if outcome.mistake:
        raise BenchError(outcome.mistake)
    if outcome.rescue():  # it was measured, and nowhere was room for it: that is said by now
        return FAILED
    if outcome.left_out():
        raise BenchError(f"nothing of that can run here: {'; '.join(outcome.left_out())}")
    if status == PYTEST_NOTHING:
        raise BenchError(
            "no contestant matches -k and --models; `waitbench list` names the scenarios"
        )
    if status == PYTEST_INTERRUPTED:
        print("waitbench: stopped before anything was measured", file=sys.stderr)
        return INTERRUPTED
    reasons = [
        f"{reason} ({many} times)" if many > 1 else reason
        for reason, many in outcome.reasons.items()
    ]
    why = "; ".join(reasons) or _last(printed)
    print(plain(f"waitbench: nothing was measured: {typed(why)}"), file=sys.stderr)
    return FAILED if reasons else REFUSED


def _last(printed: str) -> str:
    """Return what pytest itself stumbled over, or else all that it printed."""
    lines = [line for line in printed.splitlines() if line.startswith(OF_PYTEST)]
    return lines[-1].removeprefix(OF_PYTEST) if lines else printed.strip()
