"""What is there to compare: the benchmarks of either side that the project wants compared.

They are those of a file of benchmarks where the project has one, else its tests that take the
fixture `benchmark`; a checkout of waitbench itself has its suites.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.gate import (
    discover_commands,
    discover_file,
    discover_pytest,
    discover_suites,
    places,
)
from waitbench.gate.benchmark import Listing
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side
    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts

WORKERS = ("bench/waitbench/race/worker.py", "bench/race/worker.py")
"""What makes a project a checkout of waitbench itself, whose suites are then its benchmarks."""


def find(  # noqa: PLR0913 - what a gate knows of a project
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
    *,
    renamed: Mapping[str, str] | None = None,
    only: str = "",
) -> Listing:
    """List what either side has, in head's order; what only base has comes last, then commands.

    Args:
        sides: base and head.
        checkouts: where they stand.
        settings: of the project.
        away: the tree of the project's owner, from which nothing may be imported.
        renamed: what each file of head that moved is called on base.
        only: what names match, as after `-k`: tests of pytest that do not are not tried.

    Raises:
        BenchError: there are no benchmarks, or one side cannot be asked for them.
    """
    head = sides[1].root
    if settings.file is None and any((head / worker).is_file() for worker in WORKERS):
        listing = Listing(benchmarks=discover_suites.listed(sides))
    elif settings.pytest is None and places.has_file(sides, settings, renamed or {}):
        listing = discover_file.listed(sides, checkouts, settings, away, renamed or {})
    else:
        try:
            listing = discover_pytest.listed(sides, checkouts, settings, away, only)
        except BenchError:
            if settings.pytest is not None or not settings.commands:
                raise
            listing = Listing(benchmarks=[])
    commands = discover_commands.listed(settings.commands, sides, checkouts, settings, away)
    there = [*listing.benchmarks, *commands]
    others = {benchmark.name for benchmark in listing.benchmarks}
    if twice := [command.name for command in commands if command.name in others]:
        raise BenchError(
            f"a command in [tool.waitbench.gate.commands] is called {twice[0]}, as a benchmark is; "
            "give it another name"
        )
    chosen = [benchmark for benchmark in there if settings.compares(benchmark.name)]
    if there and not chosen:
        names = ", ".join(benchmark.name for benchmark in there[:12])
        raise BenchError(f"no benchmark fits {', '.join(settings.benchmarks)}; there are {names} …")
    return replace(listing, benchmarks=chosen)
