"""One sitting: races in turn over the cells until the minutes are spent or somebody stops it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.proof import journal
from tests.proof.cells import KINDS, RaceCell, WorkKind
from tests.proof.races import Race, turns
from waitbench.race.conductor import Settings, conduct
from waitbench.scenario import BenchError
from waitbench.system import environment, machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from waitbench.results.record import ContestantRecord

LAUNCHES = 16
"""Inference is over launches: a verdict at 0.05 % wants their number more than their length."""
TIMEOUT_S = 20.0
LONGER = 1.5
"""A race may take so many times its budget; one that would end after the minutes is not begun."""


FAILURES_IN_A_ROW = 5
"""After so many something is wrong with the machine or the code, and time would only be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingPlan:
    """How much is raced.

    Attributes:
        minutes: for the whole sitting; no race is begun that would not end within them.
        launches: of every race.
        shrink: share of a race's usual time that it gets; below 1 only to try things out.
    """

    minutes: float
    launches: int = LAUNCHES
    shrink: float = 1.0


def sit(
    path: Path, cells: Sequence[RaceCell], plan: SittingPlan, say: Callable[[str], None]
) -> bool:
    """Race until the time is over; every race that ended is in the file.

    Returns:
        Whether somebody stopped it.

    Raises:
        BenchError: the target could not be started, or the file not be written, or race after
            race failed.
    """
    ends_s = time.monotonic() + plan.minutes * 60
    failures = 0
    journal.mend(path)
    journalled = journal.read(path)
    raced = Counter(RaceCell(kind=race.kind, slow=race.slow) for race in journalled.races)
    number = len(journalled.races) + journalled.older
    first = True
    while True:
        cell = min(cells, key=lambda cell: raced[cell])  # the first of those raced least
        kind = KINDS[cell.kind]
        if time.monotonic() + kind.race_s * plan.shrink * LONGER > ends_s:
            return False
        if first:
            journal.append(path, {"machine": environment.describe()})
            first = False
        race = run(kind, cell.slow, number, plan)
        if race is None:
            return True
        journal.append(path, race.as_line())
        raced[cell] += 1
        number += 1
        left_s = max(0.0, ends_s - time.monotonic())
        say(_line(race, left_s))
        failures = failures + 1 if race.failure else 0
        if failures == FAILURES_IN_A_ROW:
            raise BenchError(
                f"{failures} races in a row failed, the last one because {race.failure}"
            )


def run(kind: WorkKind, slow: float, number: int, plan: SittingPlan) -> Race | None:
    """Run one race; None if it was stopped before its end, for half a race proves nothing."""
    load = machine.load_average()
    settings = Settings(
        launches=plan.launches,
        budget_s=kind.race_s * plan.shrink,
        seed=number,
        timeout_s=TIMEOUT_S,
    )
    began_s = time.monotonic()
    record = conduct(kind.lineup(slow), settings, lambda _: None)
    if record.interrupted:
        return None
    rows = list(record.rows.values())
    return Race(
        number=number,
        kind=kind.name,
        slow=slow,
        seed=number,
        extra_ns=kind.extra_ns(slow),
        took_s=time.monotonic() - began_s,
        load=load[0] if load else None,
        failure=_failure(rows, plan.launches),
        turns=turns(rows),
    )


def _failure(rows: Sequence[ContestantRecord], launches: int) -> str | None:
    for row in rows:
        wrong: Any = next((round_.error for round_ in row.rounds if round_.errors), None)
        if row.failure or wrong:
            return f"{row.name}: {row.failure or wrong}"
        if len({launch for launch, _ in row.blocks()}) < launches:
            return f"{row.name}: not all launches have a time"
    return None


def _line(race: Race, left_s: float) -> str:
    what = f"{race.kind} +{100 * race.slow:g} %" if race.slow else f"{race.kind} null"
    how = f"failed: {race.failure}" if race.failure else f"{race.took_s:.1f} s"
    return f"race {race.number + 1}: {what}, {how}; {left_s / 60:.1f} minutes left"
