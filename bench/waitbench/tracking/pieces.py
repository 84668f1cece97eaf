"""A series of logarithms in, level and sloping pieces out: the cheapest description of it.

Optimal partitioning (Jackson and others 2005): each piece is a level or a straight line, each cut
and each slope costs `PENALTY` times the noise's variance times log n. A drift is then one line
rather than a flight of steps, each of which would be laid on some commit.

The noise is told by the differences of neighbours, which a step hardly touches: by their middle, by
all but the largest, so that figures that hop between two values are noise and not steps, and in
long series by those that are a few runs apart, so that what wanders is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from statistics import mean, median
from typing import TYPE_CHECKING

from waitbench.stats.quantiles import MAD_OF_NORMAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Logs = np.ndarray[tuple[int], np.dtype[np.float64]]

PENALTY = 5.0
FEWEST = 3
"""Runs that make a level: one or two may be an accident."""
FEWEST_SLOPING = 5
"""Runs that make a slope."""
NOISE_AT_LEAST = 0.002
"""Histories are never quieter than that, however alike a few runs were."""
OUTLIER_AT = 3.0
"""So many standard deviations from what its neighbours have, a run is an outlier."""
NEIGHBOURS = 3
"""On either side, of a run that is asked whether it is an outlier."""
LARGEST, KEPT_VARIANCE = 0.1, 0.623
"""So many of the differences may be steps; what normal noise has of its variance without them."""
LAGS = 3
RUNS_A_LAG = 15
"""Differences of runs further apart count only in series that are so many times longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of runs with one description.

    Attributes:
        start: its first run.
        end: the run after its last.
        first: fitted logarithm at the first.
        last: and at the last; the same on a level.
    """

    start: int
    end: int
    first: float
    last: float

    @property
    def rise(self) -> float:
        """From its first run to its last."""
        return self.last - self.first


def noise_of(logs: Sequence[float]) -> float:
    """Return the standard deviation of a run about its piece."""
    spreads = [NOISE_AT_LEAST]
    for lag in range(1, LAGS + 1):
        if lag > 1 and len(logs) < lag * RUNS_A_LAG:
            break
        steps = [after - before for before, after in zip(logs, logs[lag:], strict=False)]
        middle = median(steps)
        off = sorted(abs(step - middle) for step in steps)
        without = off[: len(off) - ceil(LARGEST * lag * len(off))]
        trimmed = (mean(step**2 for step in without) / KEPT_VARIANCE) ** 0.5 if without else 0.0
        spreads += [spread / 2**0.5 for spread in (MAD_OF_NORMAL * median(off), trimmed)]
    return max(spreads)


def described(logs: Sequence[float]) -> tuple[list[Piece], float]:
    """Return the pieces that describe a series most cheaply, and the noise that this leans on."""
    import numpy as np

    noise = noise_of(logs)
    tidy = np.asarray(cleared(logs, noise))
    penalty = PENALTY * noise**2 * log(len(logs))
    cuts = _cuts(tidy, penalty)
    fitted = [
        _sloping(tidy, start, end) if sloping else level(logs, start, end)
        for start, end, sloping in cuts
    ]
    return fitted, noise


def level(logs: Sequence[float], start: int, end: int) -> Piece:
    """Return a level piece, which lies at the median of its runs."""
    middle = median(logs[start:end])
    return Piece(start=start, end=end, first=middle, last=middle)


def _sloping(tidy: Logs, start: int, end: int) -> Piece:
    import numpy as np

    places = np.arange(start, end)
    slope, rest = np.polyfit(places, tidy[start:end], 1)
    return Piece(
        start=start,
        end=end,
        first=float(rest + slope * start),
        last=float(rest + slope * (end - 1)),
    )


def _cuts(logs: Logs, penalty: float) -> list[tuple[int, int, bool]]:
    """Return start, end and whether it slopes of each piece of the cheapest partition."""
    import numpy as np

    sums = _Sums(logs)
    cheapest = np.full(len(logs) + 1, np.inf)
    cheapest[0] = -penalty  # the first piece needs no cut
    before: list[tuple[int, bool]] = [(0, False)] * (len(logs) + 1)
    for end in range(FEWEST, len(logs) + 1):
        starts = np.arange(end - FEWEST + 1)
        level_costs, slope_costs = sums.costs(starts, end)
        slope_costs = np.where(end - starts >= FEWEST_SLOPING, slope_costs + penalty, np.inf)
        costs = cheapest[starts] + penalty + np.minimum(level_costs, slope_costs)
        start = int(np.argmin(costs))
        cheapest[end] = costs[start]
        before[end] = start, bool(slope_costs[start] < level_costs[start])
    pieces, end = [], len(logs)
    while end > 0:
        start, sloping = before[end]
        pieces.append((start, end, sloping))
        end = start
    return pieces[::-1]


class _Sums:
    """Sums from the start on, of which the squares left by a fit of any stretch are differences."""

    def __init__(self, logs: Logs) -> None:
        import numpy as np

        places = np.arange(len(logs), dtype=float)
        centred = logs - logs.mean()
        rows = (places, centred, places**2, places * centred, centred**2)
        self._sums = np.concatenate(
            [np.zeros((len(rows), 1)), np.cumsum(np.asarray(rows), axis=1)], axis=1
        )

    def costs(self, starts: np.ndarray[tuple[int], np.dtype[np.int64]], end: int) -> list[Logs]:
        """Return the squares that a level and a line leave, of the stretches from starts to end."""
        import numpy as np

        count = end - starts
        x, y, xx, xy, yy = self._sums[:, [end]] - self._sums[:, starts]
        spread, joint, squares = xx - x**2 / count, xy - x * y / count, yy - y**2 / count
        return [
            np.maximum(squares, 0.0),
            np.maximum(squares - joint**2 / np.maximum(spread, 1e-12), 0.0),
        ]


def cleared(logs: Sequence[float], noise: float) -> list[float]:
    """Put outliers where their neighbours would have them.

    A run is one that lies far off the median about it, which steps leave alone, the line through
    the runs about it, which slopes leave alone, and the runs on either side alone, of which one is
    its own level where a step is near the end.
    """
    most, tidy = OUTLIER_AT * noise, []
    for place, figure in enumerate(logs):
        first = min(max(0, place - NEIGHBOURS), max(0, len(logs) - 2 * NEIGHBOURS - 1))
        window = range(first, min(len(logs), first + 2 * NEIGHBOURS + 1))
        about = [logs[other] for other in window if abs(other - place) <= NEIGHBOURS]
        line, middle = _line_at(place, logs, window), median(about)
        sides = (logs[max(0, place - NEIGHBOURS) : place], logs[place + 1 : place + 1 + NEIGHBOURS])
        levels = [median(side) for side in sides if len(side) > 1]
        outlier = min(abs(figure - other) for other in (middle, line, *levels)) > most
        # Where the two differ by much there is a step nearby, which the line cuts across, or the
        # end of a slope, where the median is that of earlier or later runs.
        whole = len(about) == 2 * NEIGHBOURS + 1
        there = middle if whole and abs(line - middle) > most else line
        tidy.append(there if outlier else figure)
    return tidy


def _line_at(place: int, logs: Sequence[float], near: Sequence[int]) -> float:
    """Return where a robust line (Theil and Sen) through the neighbours of a run has it."""
    others = [other for other in near if other != place]
    slopes = [
        (logs[after] - logs[before]) / (after - before)
        for before in others
        for after in others
        if before < after
    ]
    slope = median(slopes)
    return median(logs[other] + slope * (place - other) for other in others)
