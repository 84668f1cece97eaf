"""Rounds before the first that counts, for an interpreter that compiles while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.race import expectations
from waitbench.race.answers import round_record
from waitbench.race.round_order import round_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.race.plan import Settings
    from waitbench.race.workers import Workers
    from waitbench.results.record import ContestantRecord

MOST = 12
"""Rounds of one warm-up, in a launch."""
WHILE_NS = 500_000_000
"""A warm-up that has taken so long goes on no further than its second round."""
FASTER = 0.97
"""A round that takes less than this share of the best before it was still getting faster."""
STEADY = 2
"""So many rounds in a row that got no faster end it."""
STILL = "its rounds were still getting faster when they began to count"


def until_steady(
    row: ContestantRecord, workers: Workers, settings: Settings, close: Callable[[], object]
) -> None:
    """Run its rounds until they get no faster; they stand in its launch, and are no times.

    One whose rounds still did when the time for it was over is marked.

    Args:
        row: of a contestant that has connected; its last launch is this one.
        workers: theirs.
        settings: of the race.
        close: closes the period of the target that these rounds were in.

    Raises:
        ContestantError: it failed, died, or did not answer in time.
    """
    walls_ns: list[int] = []
    steady = 0
    while steady < STEADY and not _enough(walls_ns):
        row.tasks_run += row.scenario.tasks
        order = round_order(row)
        reply = workers.process(row.contestant).ask("run", within_s=settings.timeout_s, **order)
        expectations.note(row, reply)
        wall_ns = round_record(reply).wall_ns
        best_ns = min(walls_ns, default=2 * wall_ns)
        steady = 0 if wall_ns < FASTER * best_ns else steady + 1
        walls_ns.append(wall_ns)
    close()
    row.launches[-1] = replace(row.launches[-1], warm_ns=tuple(walls_ns))
    if not steady and STILL not in row.notes:
        row.notes = (*row.notes, STILL)


def _enough(walls_ns: list[int]) -> bool:
    return len(walls_ns) >= MOST or (len(walls_ns) > 1 and sum(walls_ns) > WHILE_NS)
