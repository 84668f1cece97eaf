"""The progress of a gate: one line kept up to date on a terminal, a line a stage elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from waitbench.race.events import Incident, RaceOver, RacePlanned, ScenarioBegun

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.race.events import Event, Observer

CLEAR = "\r\x1b[K"


class StageProgress:
    """An observer that shows which pair of processes is under way, between rounds only."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what = what
        self._stream = stream
        self._live = stream.isatty()

    def __call__(self, event: Event) -> None:
        """Print which pair and benchmark are under way; of a round, nothing."""
        match event:
            case RacePlanned(lineup=lineup, settings=settings) if not self._live:
                many = f"benchmark{'s' if len(lineup) > 1 else ''} in fresh pairs of processes"
                self._say(f"gate: {self._what} {many}, at most {settings.budget_s:.0f} s\n")
            case ScenarioBegun(launch=launch, rows=rows) if self._live:
                name = rows[0].scenario.name
                self._say(f"{CLEAR}{self._what}  pair {launch + 1}  {name}")
            case Incident(sentence=sentence):
                self._say(f"{CLEAR if self._live else ''}gate: {sentence}\n")
            case RaceOver() if self._live:  # leave no half line behind
                self._say(CLEAR)

    def _say(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def observer(stream: TextIO) -> Callable[[str], Observer]:
    """Return what makes an observer of each stage."""
    return lambda what: StageProgress(what, stream)


def line(stream: TextIO) -> Callable[[str], object]:
    """Return what prints a sentence: on something that takes long, or a verdict."""
    begin = CLEAR if stream.isatty() else ""

    def say(sentence: str) -> None:
        stream.write(f"{begin}gate: {sentence}\n")
        stream.flush()

    return say
