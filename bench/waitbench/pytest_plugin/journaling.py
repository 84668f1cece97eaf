"""Keeps a run's journal while it races, and says what journals of other runs stand there."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from waitbench.pytest_plugin import storage
from waitbench.results import journal
from waitbench.results.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from waitbench.race.conductor import Lineup, Observer, Settings
    from waitbench.race.record import RaceRecord, Row

JOURNAL = pytest.StashKey[Journal]()


def begin(
    config: pytest.Config, settings: Settings, suites: Iterable[str], machine: dict[str, Any]
) -> None:
    """Open the journal of a session beside its results, where there is room for one."""
    folder = storage.folder(config)
    if folder is None or settings.once:
        return
    if folder.is_dir():
        for sentence in neighbours(folder):
            say(sentence)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}{journal.SUFFIX}"
    run = storage.run_head(config, settings, suites, machine)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        config.stash[JOURNAL] = Journal(path, run, now.isoformat())
    except OSError as refused:
        say(f"no journal of this run can be kept in {folder} ({refused})")


def end(config: pytest.Config, *, saved: bool) -> None:
    """Close the journal, and take it away unless it is all that is left of the run."""
    book = config.stash.get(JOURNAL, None)
    if book is None:
        return
    book.close()
    if saved:
        book.discard()
    else:
        say(f"what was measured stands in {book.path}; `waitbench report {book.path}` shows it")


def neighbours(folder: Path) -> list[str]:
    """Return sentences on the journals of other runs in a folder."""
    ended = [
        f"an earlier run ended before it was saved: `waitbench report {path}` shows what it "
        "measured; delete that file to hear no more of it"
        for path in journal.left(folder)
    ]
    living = [
        f"another run is under way here ({path.name}): the two disturb each other"
        for path in journal.living(folder)
    ]
    return ended + living


def say(sentence: str) -> None:
    """Print a line about the run, beside its progress."""
    print(f"waitbench: {sentence}", file=sys.stderr)  # noqa: T201 - a line for the user


class Journaling:
    """Watches a race with somebody else, and writes down each launch of a scenario as it ends."""

    def __init__(self, config: pytest.Config, watch: Observer) -> None:
        self._book = config.stash.get(JOURNAL, None)
        self._watch = watch
        self._current: tuple[int, Sequence[Row]] | None = None

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Pass it on."""
        self._watch.planned(lineup, settings)

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Write down the scenario-launch that is over, and pass on that another begins."""
        self._write()
        self._current = launch, rows
        self._watch.heat(launch, rows)

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Pass it on."""
        self._watch.round(row, rows)

    def incident(self, sentence: str) -> None:
        """Pass it on."""
        self._watch.incident(sentence)

    def over(self, record: RaceRecord) -> None:
        """Write down the last scenario-launch, and pass on that the race is over."""
        self._write()
        self._watch.over(record)

    def _write(self) -> None:
        if self._current is None or self._book is None:
            return
        launch, rows = self._current
        self._current = None
        refused = self._book.append(launch, [row.as_record() for row in rows])
        if refused:
            say(f"the journal can no longer be written ({refused})")
