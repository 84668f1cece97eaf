"""Advice and a run in, where the function lies on the map of winners that the run measured out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from math import log
from typing import TYPE_CHECKING

from waitbench.analysis.winner_map import chart
from waitbench.charts.winners import draw
from waitbench.formatting import between, duration, listing, times
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.winner_map import MapCell
    from waitbench.perfmodel.demand import Demand
    from waitbench.presentation.picture import Picture

LEAST_NS = 1_000
"""Shorter waits and computing are all alike on a map."""
BEYOND = 3.0
"""So many times longer or shorter than the nearest cell is off the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a call lies: the nearest cell for each number at once.

    Attributes:
        run: name of the file of the run.
        cells: one for each number at once, the fewest first.
        words: who was fastest there, as sentences.
        picture: the map with those cells ringed.
    """

    run: str
    cells: tuple[MapCell, ...]
    words: str
    picture: Picture


def mapped(summary: Summary) -> list[MapCell]:
    """Return the cells of a run's map whose computing is known.

    Raises:
        BenchError: the run has none.
    """
    cells = [cell for cell in chart(summary) if cell.computes_ns]
    if not cells:
        name = summary.path.name
        raise BenchError(f"{name} holds no map of winners: `waitbench run map` measures one")
    return cells


def spot(demand: Demand, function: str, summary: Summary) -> Spot:
    """Find the cells of a measured map that are nearest to a call.

    Args:
        demand: of one call.
        function: its name, as it was given.
        summary: of the run.

    Raises:
        BenchError: the run has no map.
    """
    waits_ns = max(LEAST_NS, demand.waits_ns)
    own_ns = max(LEAST_NS, demand.alone_ns - demand.waits_ns)
    cells = mapped(summary)
    near = tuple(
        min(group, key=lambda cell: _apart(cell, waits_ns, own_ns))
        for _, group in groupby(cells, lambda cell: cell.scenario.concurrency)
    )
    drawn = draw(summary, [cell.scenario.name for cell in near])
    assert drawn is not None  # there are cells
    words = _words(near, waits_ns, own_ns)
    name = function.rpartition(":")[2]
    return Spot(
        run=summary.path.name,
        cells=near,
        words=words,
        picture=replace(
            drawn,
            title=f"Which model won in {summary.path.name}, and where {name} lies",
            caption=f"{name} waits {duration(demand.waits_ns)} and computes "
            f"{duration(demand.alone_ns - demand.waits_ns)}. {words}",
            reading=f"The ring marks the cell nearest to it. {drawn.reading}",
        ),
    )


def _apart(cell: MapCell, waits_ns: float, own_ns: float) -> float:
    wait, own = _logs(cell, waits_ns, own_ns)
    return wait**2 + own**2


def _logs(cell: MapCell, waits_ns: float, own_ns: float) -> tuple[float, float]:
    """Return how far off a cell is along each axis, as logarithms of times."""
    computes_ns = max(LEAST_NS, cell.computes_ns or 0.0)
    return log(cell.scenario.waits_ns / waits_ns), log(computes_ns / own_ns)


def _words(near: Sequence[MapCell], waits_ns: float, own_ns: float) -> str:
    first = near[0]
    there = f"{duration(first.scenario.waits_ns)} of waiting and {duration(first.computes_ns or 0)}"
    sentence = f"The nearest that was measured is {there} of computing: "
    sentence += "; ".join(f"at {cell.scenario.concurrency} at once {_won(cell)}" for cell in near)
    off = max(abs(distance) for cell in near for distance in _logs(cell, waits_ns, own_ns))
    far = f" It lies off the map: the nearest cell is more than {BEYOND:g} times apart."
    return f"{sentence}.{far if off > log(BEYOND) else ''}"


def _won(cell: MapCell) -> str:
    if cell.fastest is None:
        return "nobody, whose time counts"
    gain = f" {times(cell.ratio.value)}x" if cell.ratio else ""
    if cell.ratio and cell.ratio.low and cell.ratio.high:
        gain += f" {between(cell.ratio.low, cell.ratio.high)}"
    perhaps = f", perhaps {listing(cell.open)}" if cell.open else ""
    return f"{' = '.join(cell.level)}{gain}{perhaps}"
