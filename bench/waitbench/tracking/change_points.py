"""A history of one figure in, out how it went: steps, trends, and what is no commit's doing.

A step is where a new level begins, and is laid on the commits around it. A trend is a drift over a
span, no commit of which is to blame more than another. Where a figure goes to and fro, as one
does that depends on which of two machines a run was given, no step is laid on a commit at all.

What is found must tell the runs much better than noise that hangs together from run to run does
(`autocorrelation`). In simulated histories of 8 to 120 runs (80 of each) without a change false
steps were 0.00 to 0.01 a history in noise of 4 % that does not, and up to 0.09 where a run keeps 50
to 90 % of the one before; a step of 10 % under noise of 1 % was found in 99 of 100 or more, under
noise of 2 % in 74 of 100 of 8 or 12 runs and in 94 or more of 20.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING

from waitbench.tracking import autocorrelation, pieces
from waitbench.tracking.pieces import NOISE_AT_LEAST, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_RUNS = 6
"""With fewer nothing is found."""
SMALLEST = 0.03
"""A change below 3 % is none that somebody would look for."""
TURNS, NET = 4, 0.5
"""So many steps both ways that come to less than half of their sum are no commits' doing."""
ENDS = 3
"""First against last is the median of so many runs on either side."""
SURE = 4.0
"""Standard errors that first and last must lie apart for it to be no accident."""
EVIDENT, OF_RUNS = 13.0, 12
"""So much better than noise that hangs together a step or slope must tell the runs (see
`autocorrelation`); more in series of more runs than these, for there noise has more places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """Where a new level begins.

    Attributes:
        index: of the first run of the new level.
        before: level before it, as the figure is.
        after: level from it on.
    """

    index: int
    before: float
    after: float

    @property
    def step(self) -> float:
        """By what share the figure rose; below zero where it fell."""
        return self.after / self.before - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A drift over a span of runs.

    Attributes:
        first: the first run of the span.
        last: its last.
        before: figure at the first, by the line through them.
        after: figure at the last.
    """

    first: int
    last: int
    before: float
    after: float

    @property
    def step(self) -> float:
        """By what share the figure rose over all of it."""
        return self.after / self.before - 1

    @property
    def a_run(self) -> float:
        """The same for each run of the span."""
        return float((self.after / self.before) ** (1 / (self.last - self.first))) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a figure went.

    Attributes:
        points: where a new level begins.
        trends: spans over which it drifted.
        pieces: levels and slopes that describe it, in logarithms.
        turns: how often it went to and fro, where that is no commit's doing; else 0.
        before: median of the first runs, one to three of them.
        after: median of the last.
        differs: whether these two surely differ by 3 % or more.
    """

    points: tuple[ChangePoint, ...] = ()
    trends: tuple[Trend, ...] = ()
    pieces: tuple[Piece, ...] = ()
    turns: int = 0
    before: float
    after: float
    differs: bool = False

    @property
    def whole(self) -> float:
        """By what share the last runs lie above the first."""
        return self.after / self.before - 1

    @property
    def steady(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.points or self.trends or self.turns or self.differs)


def course(figures: Sequence[float]) -> Course:
    """Describe positive figures in the order of time; of a short series first and last alone."""
    logs = [log(figure) for figure in figures]
    many = max(1, min(ENDS, len(logs) // 2))
    first, last = median(logs[:many]), median(logs[-many:])
    ends = Course(before=exp(first), after=exp(last))
    if len(logs) < FEWEST_RUNS:
        return ends
    fitted, noise = pieces.described(logs)
    error = noise * (2 / many) ** 0.5
    tidy = pieces.cleared(logs, noise)
    described = _evident(logs, tidy, _merged(logs, fitted))
    jumps = [after.first - before.last for before, after in pairwise(described)]
    turns = len(jumps) if _restless(jumps) else 0
    return Course(
        points=() if turns else tuple(_points(described)),
        trends=tuple(_trend(piece) for piece in described if piece.rise),
        pieces=tuple(described),
        turns=turns,
        before=ends.before,
        after=ends.after,
        differs=abs(last - first) >= max(log(1 + SMALLEST), SURE * error)
        and (len(described) > 1 or bool(described[0].rise) or _apart(tidy)),
    )


def _apart(tidy: Sequence[float]) -> bool:
    """Whether a series is surely no level, though nothing in it could be named."""
    slope = autocorrelation.for_slope(tidy, NOISE_AT_LEAST)
    return max(slope, autocorrelation.for_step(tidy, len(tidy) // 2, NOISE_AT_LEAST)) >= _evidence(
        tidy
    )


def _evident(
    logs: Sequence[float], tidy: Sequence[float], described: Sequence[Piece]
) -> list[Piece]:
    """Join pieces of which noise that hangs together would do as well; the least evident first."""
    enough = _evidence(tidy)
    left = [
        piece
        if not piece.rise or _of_slope(tidy, piece) >= enough
        else pieces.level(logs, piece.start, piece.end)
        for piece in described
    ]
    while True:
        steps = {
            place: _of_step(tidy, before, after)
            for place, (before, after) in enumerate(pairwise(left))
            if not (before.rise or after.rise)
        }
        least = min(steps, key=lambda place: steps[place], default=None)
        if least is None or steps[least] >= enough:
            return left
        left[least : least + 2] = [pieces.level(logs, left[least].start, left[least + 1].end)]


def _evidence(tidy: Sequence[float]) -> float:
    """Return how evident a step or slope of a series must be."""
    return EVIDENT + 2 * log(max(1.0, len(tidy) / OF_RUNS))


def _of_step(tidy: Sequence[float], before: Piece, after: Piece) -> float:
    runs = tidy[before.start : after.end]
    return autocorrelation.for_step(runs, after.start - before.start, NOISE_AT_LEAST)


def _of_slope(tidy: Sequence[float], piece: Piece) -> float:
    return autocorrelation.for_slope(tidy[piece.start : piece.end], NOISE_AT_LEAST)


def _points(described: Sequence[Piece]) -> list[ChangePoint]:
    return [
        ChangePoint(index=after.start, before=exp(before.last), after=exp(after.first))
        for before, after in pairwise(described)
        if abs(after.first - before.last) >= log(1 + SMALLEST)
    ]


def _trend(piece: Piece) -> Trend:
    return Trend(
        first=piece.start, last=piece.end - 1, before=exp(piece.first), after=exp(piece.last)
    )


def _restless(jumps: Sequence[float]) -> bool:
    """Whether a figure went up and down so often that this is how it is."""
    total = sum(map(abs, jumps))
    return len(jumps) >= TURNS and abs(sum(jumps)) < NET * total


def _merged(logs: Sequence[float], fitted: Sequence[Piece]) -> list[Piece]:
    """Join what is too small to be told: flights of small steps one way to trends, others away."""
    described = [
        piece
        if abs(piece.rise) >= log(1 + SMALLEST)
        else pieces.level(logs, piece.start, piece.end)
        for piece in _joined(fitted)
    ]
    while True:
        jumps = [
            # A slope may begin and end where its neighbours are.
            float("inf") if before.rise or after.rise else abs(after.first - before.last)
            for before, after in pairwise(described)
        ]
        if not jumps or min(jumps) >= log(1 + SMALLEST):
            return described
        place = jumps.index(min(jumps))
        joined = pieces.level(logs, described[place].start, described[place + 1].end)
        described[place : place + 2] = [joined]


def _joined(fitted: Sequence[Piece]) -> list[Piece]:
    """Make one slope of pieces that go on in one way by less than a step each."""
    chains: list[list[Piece]] = []
    for piece in fitted:
        if chains and _goes_on([*chains[-1], piece]):
            chains[-1].append(piece)
        else:
            chains.append([piece])
    joined = []
    for chain in chains:
        whole = Piece(
            start=chain[0].start, end=chain[-1].end, first=chain[0].first, last=chain[-1].last
        )
        two = len(chain) == 2 and not any(piece.rise for piece in chain)  # noqa: PLR2004
        joined += chain if two or abs(whole.rise) < log(1 + SMALLEST) else [whole]
    return joined


def _goes_on(chain: Sequence[Piece]) -> bool:
    """Whether the jumps and rises of pieces all go one way, and no jump is a step of its own."""
    jumps = [after.first - before.last for before, after in pairwise(chain)]
    ways = {rise > 0 for rise in (*jumps, *(piece.rise for piece in chain)) if rise}
    level_and_slope = any(bool(a.rise) != bool(b.rise) for a, b in pairwise(chain))
    return len(ways) == 1 and not level_and_slope and max(map(abs, jumps)) < log(1 + SMALLEST)
