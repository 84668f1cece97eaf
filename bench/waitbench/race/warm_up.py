"""Warming up before a scenario: opened contestants in, what to expect of their rounds out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.race import expectations
from waitbench.race.answers import round_record
from waitbench.race.compiler_warm_up import until_steady
from waitbench.race.round_order import round_order
from waitbench.race.worker_process import ContestantError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.race.context import Race
    from waitbench.race.plan import Settings
    from waitbench.race.run_services import TargetPeriod
    from waitbench.race.workers import Workers
    from waitbench.results.record import ContestantRecord

    ClosePeriod = Callable[[], TargetPeriod]

AT_ONCE = 4
"""So many warm up side by side: nothing is timed there, and their waits overlap."""
TASKS = 8
"""A warm-up opens everybody's connection, and runs no fewer tasks than this (or two for each that
may be under way, whichever is less): code is hot then."""
USER_CODE_LAPS = 4
"""Tasks of a warm-up for each that may be under way, where they are a user's own functions: what
a thread takes from the system and gives back differs in its first calls."""
TIMES = 3
"""So often at most, while some worker of a pool still comes to its first task and connects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warm:
    """What the warm-up of one contestant showed.

    Attributes:
        expected_ns: wall of a round in nanoseconds, rather too long: others warmed up beside it.
        single: whether it worked on a single thread.
    """

    expected_ns: float = 0.0
    single: bool = False


def warm_up(  # noqa: PLR0913 - what a warm-up is made of
    rows: Sequence[ContestantRecord],
    workers: Workers,
    race: Race,
    *,
    memory: bool,
    target_period: ClosePeriod,
    fail: Callable[[ContestantRecord, str], None],
) -> dict[str, Warm]:
    """Warm them up, a few at a time, and book the memory that they took for it.

    Args:
        rows: of contestants whose scenario is open; the last launch of each is this one.
        workers: theirs.
        race: what it is a part of.
        memory: whether it is looked at.
        target_period: closes a period of the target, and returns it.
        fail: called with a row that can not go on, and why; its launch is struck out.

    Returns:
        those that are ready, by name.
    """
    ready: dict[str, Warm] = {}
    peak_memory = race.instruments.peak_memory
    for first in range(0, len(rows), AT_ONCE):
        group = rows[first : first + AT_ONCE]
        with ExitStack() as watched:
            watches = [
                watched.enter_context(peak_memory(workers.process(row.contestant).pid))
                for row in (group if memory else ())
            ]
            if race.settings.once:
                warm = {row.name: Warm() for row in group}
            else:
                warm = _connect_all(group, workers, race.settings, target_period, fail)
        for row, peak in zip_longest(group, watches):
            if row.name not in warm:
                row.launches.pop()
            elif peak:
                row.launches[-1] = replace(
                    row.launches[-1], peak_memory_bytes=peak.bytes, memory_kind=peak.kind
                )
        ready |= warm
    for row in rows:
        if row.name in ready and row.state.get("jit") and not race.settings.once:
            try:
                until_steady(row, workers, race.settings, target_period)
            except ContestantError as failure:
                fail(row, str(failure))
                del ready[row.name]
    return ready


def _connect_all(
    rows: Sequence[ContestantRecord],
    workers: Workers,
    settings: Settings,
    target_period: ClosePeriod,
    fail: Callable[[ContestantRecord, str], None],
) -> dict[str, Warm]:
    """Run until everybody has connected, or nobody does so any more."""
    opened, warm, live, again = 0, dict[str, Warm](), list(rows), list(rows)
    tasks = {row.name: _tasks(row, user_code=settings.user_code) for row in rows}
    for _ in range(TIMES):
        for row in again:
            row.tasks_run += tasks[row.name]
            workers.process(row.contestant).send("run", **round_order(row, tasks[row.name]))
        for row in again:
            try:
                reply = workers.process(row.contestant).receive(settings.timeout_s)
                expectations.note(row, reply)
                answer = round_record(reply)
            except ContestantError as failure:
                fail(row, str(failure))
                warm.pop(row.name, None)
                live.remove(row)
            else:
                expected_ns = answer.wall_ns * row.scenario.tasks / tasks[row.name]
                warm[row.name] = Warm(expected_ns=expected_ns, single=answer.single)
        fresh = (target_period().stats or {}).get("connections_opened") or 0
        opened += fresh
        if not fresh or opened >= sum(row.width or 0 for row in live):
            break
        again = [row for row in live if (row.width or 1) > 1 and not _at_once(row, tasks)]
    return warm


def _at_once(row: ContestantRecord, tasks: Mapping[str, int]) -> bool:
    """Whether all its tasks were under way together, and so all have connected."""
    form: str = registry.load("models", row.contestant.model).Model.form
    return form != "sync" and (row.width or 1) <= tasks[row.name]


def _tasks(row: ContestantRecord, *, user_code: bool) -> int:
    width = row.width or 1
    laps = USER_CODE_LAPS * width if user_code and width > 1 else max(width, min(2 * width, TASKS))
    return min(row.scenario.tasks, laps)
