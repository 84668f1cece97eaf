"""Keeps a run's journal while it races, and says what journals of other runs stand there."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from waitbench.parsing.invocation import typed
from waitbench.pytest_plugin import storage
from waitbench.race.events import RaceOver, ScenarioBegun
from waitbench.results import journal
from waitbench.results.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from waitbench.race.events import Event, Observer
    from waitbench.race.plan import Settings

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
    """Close the journal, and take it away unless it is all that is left of what was measured."""
    book = config.stash.get(JOURNAL, None)
    if book is None:
        return
    book.close()
    if saved or not book.holds_records:
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
    print(f"waitbench: {typed(sentence)}", file=sys.stderr)  # noqa: T201 - a line for the user


class Journaling:
    """Writes down each launch of a scenario as it ends; another observer hears of everything."""

    def __init__(self, config: pytest.Config, observer: Observer) -> None:
        self._book = config.stash.get(JOURNAL, None)
        self._observer = observer
        self._current: ScenarioBegun | None = None

    def __call__(self, event: Event) -> None:
        """Write down the scenario-launch that is over, and pass every event on."""
        if isinstance(event, ScenarioBegun | RaceOver):
            self._write()
        if isinstance(event, ScenarioBegun):
            self._current = event
        self._observer(event)

    def _write(self) -> None:
        if self._current is None or self._book is None:
            return
        begun, self._current = self._current, None
        refused = self._book.append(begun.launch, begun.rows)
        if refused:
            say(f"the journal can no longer be written ({refused})")
