"""Who watches a race: a live line on a terminal, plain lines elsewhere; drawn between rounds."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, TextIO

from waitbench import formatting
from waitbench.race.plan import launches
from waitbench.race.precision import baseline, half_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.live import Live

    from waitbench.race.conductor import Lineup, Observer, Settings
    from waitbench.race.record import RaceRecord, Row

REDRAW_EVERY_S = 0.1
"""A drawing costs milliseconds; more of them would only take time from the rounds."""


def observer(stream: TextIO) -> Observer:
    """Choose by what the stream is."""
    return LiveLine(stream) if stream.isatty() else PlainLines(stream)


class Story:
    """What can be said of a race so far, in words; the watchers differ only in how they show it."""

    def __init__(self, lineup: Lineup, settings: Settings) -> None:
        self._order = {
            (scenario.suite, scenario.name): place for place, (scenario, _) in enumerate(lineup, 1)
        }
        self._settings = settings
        self._launches = len(launches(lineup, settings))

    def opening(self) -> str:
        """Return what is about to be measured."""
        scenarios = formatting.count(len(self._order), "scenario")
        times = formatting.count(self._settings.launches, "launch", "launches")
        more = f" and some in {self._launches}" if self._launches > self._settings.launches else ""
        about = formatting.count(round(self._settings.budget_s), "second")
        return f"measuring {scenarios} in {times}{more}, about {about} (seed {self._settings.seed})"

    def place(self, launch: int, rows: Sequence[Row]) -> str:
        """Return where the race is."""
        scenario = rows[0].scenario
        of = f"{self._order[scenario.suite, scenario.name]}/{len(self._order)}"
        return f"launch {launch + 1}/{self._launches}  {of} {scenario.name}"

    def standing(self, rows: Sequence[Row]) -> str:
        """Return how the contestants stand and how precise that is."""
        standings = [f"{row.name} {self._wall(row, rows)}" for row in rows]
        width = half_width(rows)
        return ", ".join(standings) + (f"  ± {formatting.percent(width)}" if width else "")

    def _wall(self, row: Row, rows: Sequence[Row]) -> str:
        if row.failure:
            return "failed"
        if not row.walls_ns:
            return "…"
        wall_ns = median(row.walls_ns)
        base = baseline(rows)
        if base is None or row is base or not base.walls_ns:
            return formatting.duration(wall_ns)
        return f"{formatting.times(median(base.walls_ns) / wall_ns)}x"

    def ending(self, record: RaceRecord) -> str:
        """Return how it ended."""
        rounds = formatting.count(sum(len(row.rounds) for row in record.rows.values()), "round")
        if record.interrupted:
            return f"stopped on request; the {rounds} measured so far are kept"
        return f"measured {rounds}"


class PlainLines:
    """A line when a scenario is over in a launch: for files, pipes and CI logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._current: tuple[int, Sequence[Row]] | None = None

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Say what is about to be measured."""
        self._story = Story(lineup, settings)
        self._say(self._story.opening())

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Finish the line of the scenario before."""
        self._finish_line()
        self._current = launch, rows

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Say nothing: a line for each round is too much."""

    def incident(self, sentence: str) -> None:
        """Say at once what went wrong."""
        self._say(sentence)

    def over(self, record: RaceRecord) -> None:
        """Finish the last line and say how it ended."""
        self._finish_line()
        self._say(self._story.ending(record))

    def _finish_line(self) -> None:
        if self._current:
            launch, rows = self._current
            self._say(f"{self._story.place(launch, rows)}: {self._story.standing(rows)}")
        self._current = None

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class LiveLine:
    """Two lines that change in place, with a bar of the time that is left; gone at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live: Live | None = None
        self._drawn_s = 0.0

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Begin to draw."""
        from rich.console import Console
        from rich.live import Live

        self._story = Story(lineup, settings)
        self._budget_s = settings.budget_s
        self._began_s = time.monotonic()
        # No refreshing thread: nothing is drawn while a round is being timed.
        self._live = Live(console=Console(file=self._stream), auto_refresh=False, transient=True)
        self._live.start()
        self._live.console.print(self._story.opening(), highlight=False)

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Name the scenario."""
        self._launch = launch
        self._draw(rows, force=True)

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Show how they stand now."""
        self._draw(rows, force=bool(row.failure))

    def incident(self, sentence: str) -> None:
        """Leave the sentence standing above the live lines."""
        if self._live:
            self._live.console.print(sentence, style="yellow", highlight=False)

    def over(self, record: RaceRecord) -> None:
        """Take the live lines away and say how it ended."""
        if self._live:
            self._live.stop()
            self._live.console.print(self._story.ending(record), highlight=False)

    def _draw(self, rows: Sequence[Row], *, force: bool) -> None:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        now_s = time.monotonic()
        if not self._live or not (force or now_s - self._drawn_s > REDRAW_EVERY_S):
            return
        self._drawn_s = now_s
        spent_s = now_s - self._began_s
        left = f"about {max(0, round(self._budget_s - spent_s))} s left"
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(self._budget_s, min(spent_s, self._budget_s), width=24)
        line.add_row(bar, Text(f"{left}  {self._story.place(self._launch, rows)}"))
        self._live.update(Group(line, Text(self._story.standing(rows))), refresh=True)


class Silence:
    """An observer that says nothing, for who has something to say when the race is over."""

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Say nothing."""

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Say nothing."""

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Say nothing."""

    def incident(self, sentence: str) -> None:
        """Say nothing; the round that it spoilt has errors, which its row counts."""

    def over(self, record: RaceRecord) -> None:
        """Say nothing."""
