"""What is there to compare: the benchmarks of either side that the project wants compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.gate import discover_commands, discover_file, discover_suites
from waitbench.gate.places import NoFileError
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Benchmark, Side
    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts

WORKERS = ("bench/waitbench/race/worker.py", "bench/race/worker.py")
"""What makes a project a checkout of waitbench itself, whose suites are then its benchmarks."""


def find(
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
    *,
    renamed: Mapping[str, str] | None = None,
) -> list[Benchmark]:
    """List what either side has, in head's order; what only base has comes last, then commands.

    Args:
        sides: base and head.
        checkouts: where they stand.
        settings: of the project.
        away: the tree of the project's owner, from which nothing may be imported.
        renamed: what each file of head that moved is called on base.

    Raises:
        BenchError: there are no benchmarks, or one side cannot be asked for them.
    """
    head = sides[1].root
    if settings.file is None and any((head / worker).is_file() for worker in WORKERS):
        benchmarks = discover_suites.listed(sides)
    else:
        try:
            benchmarks = discover_file.listed(sides, checkouts, settings, away, renamed or {})
        except NoFileError:
            if not settings.commands:
                raise
            benchmarks = []
    benchmarks += discover_commands.listed(settings.commands, sides, checkouts, settings, away)
    chosen = [benchmark for benchmark in benchmarks if settings.compares(benchmark.name)]
    if benchmarks and not chosen:
        names = ", ".join(benchmark.name for benchmark in benchmarks[:12])
        raise BenchError(f"no benchmark fits {', '.join(settings.benchmarks)}; there are {names} …")
    return chosen
