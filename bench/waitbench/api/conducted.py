"""A lineup in, the run out that `load` would give of it: raced now, saved when asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from waitbench.api.document import document
from waitbench.api.run import Run
from waitbench.race import progress
from waitbench.race.conductor import Settings, conduct
from waitbench.results import load
from waitbench.scenario import BenchError
from waitbench.system import environment
from waitbench.user_code.import_watch import GUARD

if TYPE_CHECKING:
    from waitbench.race.plan import Lineup

WORKER = ("race", "worker.py")
NOT_SAVED = Path("not saved")


def settings_of(
    seconds: float, launches: int, seed: int | None, *, user_code: bool = False
) -> Settings:
    """Return how a race is run.

    Raises:
        BenchError: it would take no time, or this is a worker that imports the script anew.
    """
    if Path(sys.argv[0] or "-").parts[-2:] == WORKER:
        raise BenchError(f"the script calls waitbench.race where it is imported: {GUARD}")
    if seconds <= 0 or launches < 1:
        raise BenchError("seconds and launches are above 0")
    return Settings(
        launches=launches,
        budget_s=seconds,
        seed=SystemRandom().randrange(2**32) if seed is None else seed,
        user_code=user_code,
    )


def raced(lineup: Lineup, settings: Settings, *, quiet: bool) -> Run:
    """Race a lineup and return the run.

    Raises:
        BenchError: nobody has a time; says why.
        KeyboardInterrupt: it was stopped before anybody had one.
    """
    before = environment.describe()
    observer = (lambda _: None) if quiet else progress.observer(sys.stderr)
    record = conduct(lineup, settings, observer)
    rows = list(record.rows.values())
    if not any(row.times_ns for row in rows):
        if record.interrupted:
            raise KeyboardInterrupt
        failed = next((row for row in rows if row.failure), None)
        why = f"{failed.name}: {failed.failure}" if failed else "give it more seconds"
        raise BenchError(f"nothing was timed; {why}")
    whole = document(record, settings, before)
    return Run(load.parsed(NOT_SAVED, whole), document=whole)
