"""What became of each server at one load: it surely holds, slows, crawls, or it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from waitbench.analysis.load_curve import LoadCurve, LoadSeries
    from waitbench.analysis.row import Row

HELD, CRAWLS = 2.0, 5.0
"""A request that takes up to twice its own time is held; from five times on it crawls."""

LoadState = Literal["holds", "slows", "crawls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """What became of one server at one load.

    Attributes:
        curve: the server.
        state: surely held, surely slower but no crawl, or surely crawling; None where it is open.
        times: mean time of a request, as times of what its work takes by itself.
    """

    curve: LoadCurve
    state: LoadState | None
    times: float

    @property
    def model(self) -> str:
        """Its name."""
        return self.curve.model


def load_outcomes(series: LoadSeries, load: str) -> dict[str, LoadOutcome]:
    """Return the outcome of every server that was raced at this load in a way that counts."""
    by_model = {}
    for curve in series.curves:
        row = curve.rows.get(load)
        if row is not None and row.wall is not None and row.sound:
            times = row.wall.value / series.time_ns
            by_model[curve.model] = LoadOutcome(
                curve=curve, state=_state(row, series.time_ns), times=times
            )
    return by_model


def _state(row: Row, time_ns: float) -> LoadState | None:
    """Return the state that the whole interval of the mean time lies in."""
    if row.wall is None or row.wall.interval is None:
        return None
    low, high = (end / time_ns for end in row.wall.interval)
    if high <= HELD:
        return "holds"
    if low >= CRAWLS:
        return "crawls"
    return "slows" if low > HELD and high < CRAWLS else None
