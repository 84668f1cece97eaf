"""The progress of a gate: one line kept up to date on a terminal, a line a stage elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.race.plan import Lineup, Observer, Settings
    from waitbench.race.record import RaceRecord, Row

CLEAR = "\r\x1b[K"


class StageProgress:
    """An observer that shows which pair of processes is under way, between rounds only."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what = what
        self._stream = stream
        self._live = stream.isatty()
        self._pairs = 0

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Print what is going to be raced, where no line can be kept up to date."""
        self._pairs = settings.launches
        many = f"benchmark{'s' if len(lineup) > 1 else ''} over {self._pairs} fresh pairs"
        if not self._live:
            about = f"about {settings.budget_s:.0f} s"
            self._say(f"gate: {self._what} {many} of processes, {about}\n")

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Print which pair and benchmark are under way."""
        if self._live:
            name = rows[0].scenario.suite
            self._say(f"{CLEAR}{self._what}  pair {launch + 1}/{self._pairs}  {name}")

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Nothing is printed: a round is short."""

    def incident(self, sentence: str) -> None:
        """Pass it on."""
        self._say(f"{CLEAR if self._live else ''}gate: {sentence}\n")

    def over(self, record: RaceRecord) -> None:
        """Leave no half line behind."""
        del record
        if self._live:
            self._say(CLEAR)

    def _say(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def observer(stream: TextIO) -> Callable[[str], Observer]:
    """Return what makes an observer of each stage."""
    return lambda what: StageProgress(what, stream)
