"""The races of a run: most suites race models against the target, a suite may race otherwise."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.pytest_plugin import places, replay
from waitbench.pytest_plugin.journaling import Journaling
from waitbench.pytest_plugin.storage import BEFORE
from waitbench.race import progress
from waitbench.race.events import RacePlanned
from waitbench.race.record import RaceRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    import pytest

    from waitbench.race.conductor import Settings
    from waitbench.race.events import Event, Observer


OWN_SHARE = 0.25
"""Races of their own get no more of a budget that was given for everything."""


def run(
    config: pytest.Config, racing: Sequence[replay.Entry], settings: Settings
) -> tuple[RaceRecord, Settings]:
    """Run the races of these entries, those of suites with a race of their own last.

    Such a suite has `conduct(lineup, settings, observer)`, and
    `pace(lineup, settings, own_budget=…)`, which gives the settings that its race is run with.

    Returns:
        what was measured, and the settings of the first race.

    Raises:
        BenchError: the target could not be started at all.
    """
    given = config.getoption("budget") is not None
    ordinary = [entry for entry in racing if _own(entry) is None]
    special = {id(suite): suite for entry in racing if (suite := _own(entry))}
    record = RaceRecord()
    alone = not ordinary
    lineups = {
        key: replay.lineup(entry for entry in racing if _own(entry) is suite)
        for key, suite in special.items()
    }
    paces = {
        key: suite.pace(lineups[key], settings, own_budget=given and alone)
        for key, suite in special.items()
    }
    if ordinary and given:
        settings, paces = shared(settings, paces)
    with places.chosen(config) as place:
        if ordinary:
            observer = Journaling(config, _observer(config))
            record.extend(place.conduct(replay.lineup(ordinary), settings, observer))
        for key, suite in special.items():
            if record.interrupted:
                record.extend(_unraced(racing, suite))
                continue
            observer = Journaling(config, _observer(config))
            record.extend(place.conduct(lineups[key], paces[key], observer, suite))
    return record, settings if ordinary else next(iter(paces.values()), settings)


def _observer(config: pytest.Config) -> Observer:
    """Return who watches a race; before the first one begins, whoever wants that is told."""
    watcher = progress.observer(sys.stderr)

    def observe(event: Event) -> None:
        if isinstance(event, RacePlanned) and BEFORE in config.stash:
            before = config.stash[BEFORE]
            del config.stash[BEFORE]
            before()
        watcher(event)

    return observe


def shared(
    settings: Settings, paces: Mapping[int, Settings]
) -> tuple[Settings, dict[int, Settings]]:
    """Share out a budget that was given for all: a race of its own gets what it needs, or a part.

    Args:
        settings: with the budget of the whole run.
        paces: what each race of its own would take.

    Returns:
        settings of the ordinary race, and of each of the others.
    """
    most_s = OWN_SHARE * settings.budget_s / max(len(paces), 1)
    cut = {key: replace(pace, budget_s=min(pace.budget_s, most_s)) for key, pace in paces.items()}
    left_s = settings.budget_s - sum(pace.budget_s for pace in cut.values())
    return replace(settings, budget_s=left_s), cut


def _unraced(racing: Sequence[replay.Entry], suite: ModuleType) -> RaceRecord:
    """Return the rows of a race whose turn did not come, empty."""
    return RaceRecord.of(replay.lineup(entry for entry in racing if _own(entry) is suite))


def _own(entry: replay.Entry) -> ModuleType | None:
    return entry.suite if hasattr(entry.suite, "conduct") else None
