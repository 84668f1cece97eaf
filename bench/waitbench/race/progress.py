"""Who watches a race: a live line on a terminal, plain lines elsewhere; drawn between rounds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

from waitbench import formatting
from waitbench.race.events import Incident, RaceOver, RacePlanned, RoundBooked, ScenarioBegun
from waitbench.race.plan import launches, own_budget_s, own_launches
from waitbench.race.precision import baseline, half_width
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.race.events import Event, Observer
    from waitbench.race.plan import Lineup, Settings
    from waitbench.race.record import RaceRecord
    from waitbench.results.record import ContestantRecord

REDRAW_EVERY_S = 0.1
"""A drawing costs milliseconds; more of them would only take time from the rounds."""
KNOWN = 0.1
"""Share of the work from which what is done tells how long the rest takes."""


def observer(stream: TextIO) -> Observer:
    """Choose by what the stream is."""
    return LiveLine(stream) if stream.isatty() else PlainLines(stream)


class Story:
    """What can be said of a race so far, in words; the watchers differ only in how they show it."""

    def __init__(self, lineup: Lineup, settings: Settings) -> None:
        self._order = {scenario.key: place for place, (scenario, _) in enumerate(lineup, 1)}
        self._settings = settings
        plan = own_launches(lineup, settings)
        self._turns = {launch: len(scenarios) for launch, scenarios in plan.items()}
        self._launches = len(launches(lineup, settings))
        self.budget_s = own_budget_s(lineup, settings)

    def opening(self) -> str:
        """Return what is about to be measured."""
        scenarios = formatting.count(len(self._order), "scenario")
        times = formatting.count(self._settings.launches, "launch", "launches")
        more = f" and some in {self._launches}" if self._launches > self._settings.launches else ""
        about = formatting.count(round(self.budget_s), "second")
        part = (
            " (part {} of {}: {} here)".format(*self._settings.part, len(self._turns))
            if (self._settings.part)
            else ""
        )
        seed = self._settings.seed
        return f"measuring {scenarios} in {times}{more}{part}, about {about} (seed {seed})"

    def place(self, launch: int, rows: Sequence[ContestantRecord], machine: str = "") -> str:
        """Return where the race is."""
        scenario = rows[0].scenario
        of = f"{self._order[scenario.key]}/{len(self._order)}"
        on = f" on {machine}" if machine else ""
        return f"launch {launch + 1}/{self._launches}{on}  {of} {scenario.name}"

    def done(self, launch: int, turn: int) -> float:
        """Return the share of the work that is over, 0 to 1.

        Args:
            launch: under way.
            turn: scenarios that are over in it.
        """
        over = sum(turns for number, turns in self._turns.items() if number < launch)
        return (over + turn) / max(1, sum(self._turns.values()))

    def standing(self, rows: Sequence[ContestantRecord]) -> str:
        """Return how the contestants stand and, once that says something, how precise that is."""
        standings = [f"{row.name} {self._wall(row, rows)}" for row in rows]
        width = half_width(rows)
        tells = width is not None and width < 1
        return ", ".join(standings) + (
            f"  ± {formatting.percent(width)}" if width and tells else ""
        )

    def _wall(self, row: ContestantRecord, rows: Sequence[ContestantRecord]) -> str:
        """Return the figure that the table would have: a time, or how many times the baseline's."""
        if row.failure:
            return "failed"
        wall = estimates.centre(estimates.by_launch(row.blocks()))
        if wall is None:
            return "…"
        base = baseline(rows)
        ratio = None
        if base is not None and base is not row:
            ratio = estimates.paired_ratio(base.blocks(), row.blocks())
        return f"{formatting.times(ratio.value)}x" if ratio else formatting.duration(wall.value)

    def ending(self, record: RaceRecord) -> str:
        """Return how it ended."""
        rounds = formatting.count(
            sum(len(row.measurements) for row in record.rows.values()), "round"
        )
        if record.interrupted:
            return f"stopped on request; saving the {rounds} measured so far"
        return f"measured {rounds}"


class TimeLeft:
    """Seconds that are left by the work that is left: they only ever count down.

    Args:
        budget_s: what all of it may take.
        clock: seconds that have passed since any moment.
    """

    def __init__(self, budget_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = clock()
        self._budget_s = self._least_s = budget_s

    def seconds(self, done: float) -> float:
        """Return what is left, never more than before.

        Args:
            done: share of the work that is over.
        """
        spent_s = self._clock() - self._began_s
        left_s = spent_s * (1 - done) / done if done >= KNOWN else self._budget_s - spent_s
        self._least_s = min(self._least_s, max(0.0, left_s))
        return self._least_s


class PlainLines:
    """A line when a scenario is over in a launch: for files, pipes and CI logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._current: ScenarioBegun | None = None

    def __call__(self, event: Event) -> None:
        """Print what there is to say; of a round, nothing."""
        match event:
            case RacePlanned():
                self._story = Story(event.lineup, event.settings)
                self._print(self._story.opening())
            case ScenarioBegun():
                self._finish_line()
                self._current = event
            case Incident():
                self._print(event.sentence)
            case RaceOver():
                self._finish_line()
                self._print(self._story.ending(event.record))

    def _finish_line(self) -> None:
        if self._current:
            current = self._current
            place = self._story.place(current.launch, current.rows, current.machine)
            self._print(f"{place}: {self._story.standing(self._current.rows)}")
        self._current = None

    def _print(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class LiveLine:
    """Two lines that change in place, with a bar of the work that is done; gone at the end."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        # No refreshing thread: nothing is drawn while a round is being timed.
        self._live = Live(console=Console(file=stream), auto_refresh=False, transient=True)
        self._drawn_s = 0.0

    def __call__(self, event: Event) -> None:
        """Draw where the race is and how the contestants stand."""
        match event:
            case RacePlanned(lineup=lineup, settings=settings):
                self._story = Story(lineup, settings)
                self._left = TimeLeft(self._story.budget_s)
                self._turn = self._launch = -1
                self._live.start()
                self._live.console.print(self._story.opening(), highlight=False)
            case ScenarioBegun(launch=launch, rows=rows):
                self._turn = self._turn + 1 if launch == self._launch else 0
                self._launch = launch
                self._draw(rows, force=True)
            case RoundBooked(row=row, rows=rows):
                self._draw(rows, force=bool(row.failure))
            case Incident(sentence=sentence):  # it stays, above the live lines
                self._live.console.print(sentence, style="yellow", highlight=False)
            case RaceOver(record=record):
                self._live.stop()
                self._live.console.print(self._story.ending(record), highlight=False)

    def _draw(self, rows: Sequence[ContestantRecord], *, force: bool) -> None:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        now_s = time.monotonic()
        if not (force or now_s - self._drawn_s > REDRAW_EVERY_S):
            return
        self._drawn_s = now_s
        done = self._story.done(self._launch, self._turn)
        left = f"about {self._left.seconds(done):.0f} s left"
        line = Table.grid(padding=(0, 1))
        bar = ProgressBar(1, done, width=24)
        line.add_row(bar, Text(f"{left}  {self._story.place(self._launch, rows)}"))
        self._live.update(Group(line, Text(self._story.standing(rows))), refresh=True)
