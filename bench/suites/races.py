"""The races of a run: most suites race models against the target, a suite may race otherwise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bench import progress
from bench.race.conductor import conduct
from bench.race.record import RaceRecord
from bench.suites import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    import pytest

    from bench.race.conductor import Settings


def run(
    config: pytest.Config, racing: Sequence[rows.Entry], settings: Settings
) -> tuple[RaceRecord, Settings]:
    """Run the races of these entries, those of suites with a race of their own last.

    Such a suite has `conduct(lineup, settings, observer)`, and
    `pace(lineup, settings, own_budget=…)`, which gives the settings that its race is run with.

    Returns:
        what was measured, and the settings of the first race.

    Raises:
        BenchError: the target could not be started at all.
    """
    own_budget = config.getoption("budget") is not None
    ordinary = [entry for entry in racing if _own(entry) is None]
    special = {id(suite): suite for entry in racing if (suite := _own(entry))}
    parts: list[RaceRecord] = []
    first = settings if ordinary else None
    if ordinary:
        observer = progress.observer(sys.stderr)
        postgres = config.getoption("postgres")
        parts.append(conduct(rows.lineup(ordinary), settings, observer, postgres=postgres))
    for suite in special.values():
        if any(part.interrupted for part in parts):
            parts.append(_unraced(racing, suite))
            continue
        lineup = rows.lineup(entry for entry in racing if _own(entry) is suite)
        paced = suite.pace(lineup, settings, own_budget=own_budget)
        first = first or paced
        parts.append(suite.conduct(lineup, paced, progress.observer(sys.stderr)))
    return joined(parts), first or settings


def joined(parts: Sequence[RaceRecord]) -> RaceRecord:
    """Make one record of several races."""
    return RaceRecord(
        rows={place: row for part in parts for place, row in part.rows.items()},
        target=next((part.target for part in parts if part.target), None),
        interrupted=any(part.interrupted for part in parts),
        incidents=[sentence for part in parts for sentence in part.incidents],
        round_cost_ns=[cost for part in parts for cost in part.round_cost_ns],
    )


def _unraced(racing: Sequence[rows.Entry], suite: ModuleType) -> RaceRecord:
    """Give the rows of a race whose turn did not come, empty."""
    from bench.race.record import Row, place

    mine = [entry for entry in racing if _own(entry) is suite]
    return RaceRecord(
        rows={
            place(one.scenario, one.entrant): Row(scenario=one.scenario, entrant=one.entrant)
            for one in mine
        }
    )


def _own(entry: rows.Entry) -> ModuleType | None:
    return entry.suite if hasattr(entry.suite, "conduct") else None
