"""`--waitbench-profile`: when all races are over, the same contestants once more, watched."""

from __future__ import annotations

import sys
import time
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from waitbench.pytest_plugin import replay
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.profiling.profile import Profile

FOUND = pytest.StashKey[tuple[list["Profile"], str]]()
"""What was found, and a sentence on where it is, or why it is nowhere."""
FORMS = ("html", "speedscope")


def run(config: pytest.Config, raced: Sequence[replay.Entry]) -> None:
    """Profile what was raced, and write it beside the results; rows and record stay as they are.

    What goes wrong is a sentence for `tell`: what was measured is never lost for a profile.
    """
    from waitbench.profiling import files
    from waitbench.profiling.profiled_pass import profile

    ordinary = [entry for entry in raced if not hasattr(entry.suite, "conduct")]
    if not ordinary:
        return
    sys.stderr.write(f"profiling {len(ordinary)} contestants, apart from timing\n")
    profiles: list[Profile] = []
    folder = place(config)
    try:
        profile(
            replay.lineup(ordinary), postgres=config.getoption("postgres"), seen=profiles.append
        )
        files.write(profiles, folder, FORMS)
        outcome = f"profiles written into {folder}"
    except BenchError as mistake:
        outcome = str(mistake)
    config.stash[FOUND] = profiles, outcome


def place(config: pytest.Config) -> Path:
    """Return where profiles go: beside the file of `--benchmark-json`, else beside stored runs."""
    results = config.getoption("benchmark_json")
    if results is not None:
        file = Path(results)
        return file.with_name(f"{file.stem}-profiles")
    storage = Path(config.option.benchmark_storage.removeprefix("file://"))
    return storage / "profiles" / time.strftime("%Y%m%d_%H%M%S")


def tell(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the models side by side, below the tables of times."""
    result = config.stash.get(FOUND, None)
    if result is None:
        return
    from rich.console import Console

    from waitbench.profiling import terminal_report

    profiles, place = result
    file = StringIO()
    terminal_report.show(profiles, Console(file=file, width=reporter._tw.fullwidth))  # noqa: SLF001
    reporter.section("where the time goes: a pass of its own, not timed")
    reporter.write(file.getvalue())
    reporter.write_line(place)
